package hostile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"frank"
	"frank/api"
)

// lists are the paths by which entries are shown.
var lists = []string{api.PathEntries, api.PathDirectory}

// entries changes the lists of entries.
func entries(change func(p *api.Entries)) Attack {
	var all []Attack
	for _, path := range lists {
		all = append(all, Change(http.MethodGet, path, func(_ *http.Request, p *api.Entries) { change(p) }))
	}
	return All(all...)
}

// Drop shows no entry at these places.
func Drop(at ...uint64) Attack {
	return entries(func(p *api.Entries) {
		p.Entries = slices.DeleteFunc(p.Entries, func(e api.Entry) bool { return slices.Contains(at, e.Index) })
	})
}

// DropKind shows no entry of a kind.
func DropKind(kind string) Attack {
	return entries(func(p *api.Entries) {
		p.Entries = slices.DeleteFunc(p.Entries, func(e api.Entry) bool { return e.Kind == kind })
	})
}

// Rewrite replaces words in the open entry at a place, such as one recipient by
// another.
func Rewrite(at uint64, old, new string) Attack {
	return entries(func(p *api.Entries) {
		for i := range p.Entries {
			if e := &p.Entries[i]; e.Index == at {
				e.Open = json.RawMessage(strings.ReplaceAll(string(e.Open), old, new))
			}
		}
	})
}

// Replace shows something else than the entry at a place.
func Replace(at uint64, with func(e *api.Entry)) Attack {
	return entries(func(p *api.Entries) {
		for i := range p.Entries {
			if p.Entries[i].Index == at {
				with(&p.Entries[i])
			}
		}
	})
}

// Swap gives two entries each other's place, as if they had come in the other
// order.
func Swap(a, b uint64) Attack {
	return entries(func(p *api.Entries) {
		i := slices.IndexFunc(p.Entries, func(e api.Entry) bool { return e.Index == a })
		j := slices.IndexFunc(p.Entries, func(e api.Entry) bool { return e.Index == b })
		if i >= 0 && j >= 0 {
			e := p.Entries
			e[i], e[j] = e[j], e[i]
			e[i].Index, e[j].Index = a, b
		}
	})
}

// Shuffle lists the entries last first.
func Shuffle() Attack { return entries(func(p *api.Entries) { slices.Reverse(p.Entries) }) }

// Until shows the entries before a place as if there were no others: an old
// directory.
func Until(at uint64) Attack {
	return entries(func(p *api.Entries) {
		p.Entries = slices.DeleteFunc(p.Entries, func(e api.Entry) bool { return e.Index >= at })
	})
}

// OldCheckpoint shows a checkpoint of some time ago.
func OldCheckpoint(note []byte) Attack {
	return Serve(api.PathLog+"checkpoint", func(*http.Request, string) []byte { return note })
}

// NoCheckpoint shows a log that was never begun.
func NoCheckpoint() Attack { return OldCheckpoint(nil) }

// EmptyInbox withholds every copy.
func EmptyInbox() Attack {
	return Change(http.MethodGet, api.PathInbox, func(_ *http.Request, p *api.Inbox) { p.Copies = []api.Copy{} })
}

// OtherInbox names another sealed copy in the inbox.
func OtherInbox(sealed frank.Hash, slot int) Attack {
	return Change(http.MethodGet, api.PathInbox, func(_ *http.Request, p *api.Inbox) {
		for i := range p.Copies {
			p.Copies[i].Sealed, p.Copies[i].Slot = sealed, slot
		}
	})
}

// Copies changes what is handed out as a copy.
func Copies(change func(f *api.Fetched)) Attack {
	return Change(http.MethodPost, api.PathCopies, func(_ *http.Request, f *api.Fetched) { change(f) })
}

// Accepted changes what is said to who submits an entry.
func Accepted(change func(a *api.Accepted)) Attack {
	return Change(http.MethodPost, api.PathEntries, func(_ *http.Request, a *api.Accepted) { change(a) })
}

// Shares changes the list of shares.
func Shares(change func(p *api.Shares)) Attack {
	return Change(http.MethodGet, api.PathShares, func(_ *http.Request, p *api.Shares) { change(p) })
}

// Numbers changes what is said of the numbers taken.
func Numbers(change func(n *api.Numbers)) Attack {
	return Change(http.MethodGet, api.PathNext, func(_ *http.Request, n *api.Numbers) { change(n) })
}

// Blobs hands out something else wherever a sealed thing is asked for by its
// hash.
func Blobs(data []byte) Attack {
	return Serve(strings.TrimSuffix(api.PathBlob, "{hash}"), func(*http.Request, string) []byte { return data })
}

// Drafts changes the list of drafts.
func Drafts(change func(p *api.Drafts)) Attack {
	return Change(http.MethodGet, api.PathDrafts, func(_ *http.Request, p *api.Drafts) { change(p) })
}

// DraftVersions hands out something else as a version of a draft: what honest
// returns of another, anything, or nil for nothing.
func DraftVersions(serve func(draft, number int, honest func(draft, number int) []byte) []byte) Attack {
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		var draft, number int
		if _, err := fmt.Sscanf(r.URL.Path, api.PathDrafts+"/%d/%d", &draft, &number); err != nil || r.Method != http.MethodGet {
			return next.RoundTrip(r)
		}
		return Answer(r, serve(draft, number, func(draft, number int) []byte {
			other := r.Clone(r.Context())
			other.URL.Path = fmt.Sprintf("%s/%d/%d", api.PathDrafts, draft, number)
			resp, err := next.RoundTrip(other)
			if err != nil {
				return nil
			}
			defer resp.Body.Close()
			data, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != http.StatusOK {
				return nil
			}
			return data
		})), nil
	}
}

// Swallow says yes to each request of a kind and passes none on.
func Swallow(method, path string, body *[]byte) Attack {
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Method != method || r.URL.Path != path {
			return next.RoundTrip(r)
		}
		var err error
		*body, err = io.ReadAll(r.Body)
		return Answer(r, []byte("{}")), err
	}
}

// Twice sends each request of a kind two times and passes the second answer on.
func Twice(method, path string, first *[]byte) Attack {
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Method != method || r.URL.Path != path {
			return next.RoundTrip(r)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		again := r.Clone(r.Context())
		r.Body, again.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
		resp, err := next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		*first, err = io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			return nil, err
		}
		return next.RoundTrip(again)
	}
}

// Relay passes everything on to another server, as one in the middle does.
func Relay(host string) Attack {
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.URL.Host, r.Host = host, host
		return next.RoundTrip(r)
	}
}

// Cut lets no request of a kind through: the connection breaks.
func Cut(method, path string) Attack {
	return func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if r.Method == method && r.URL.Path == path {
			return nil, io.ErrUnexpectedEOF
		}
		return next.RoundTrip(r)
	}
}
