package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"frank"
	"frank/api"
	"frank/draft"
)

// follow takes in what is new of a draft. Errors are of this machine and of the
// way to the server; what is wrong with the draft is its Fault.
func (c *Client) follow(ctx context.Context, shown *api.Draft, again bool) (*SharedDraft, error) {
	k, err := c.keptDraft(shown.Draft)
	if err != nil {
		return nil, err
	}
	known := len(k.Chain)
	unread, fault := c.fetchNew(ctx, k, shown, again)
	if fault == nil && len(k.Chain) > known {
		err = c.keepDraft(k)
	} else if fault != nil {
		if _, said := errors.AsType[*api.Error](fault); said && !errors.Is(fault, api.Of(api.Withheld)) || errors.Is(fault, ErrUnreachable) || ctx.Err() != nil {
			return nil, fault
		}
		k, err = c.keptDraft(shown.Draft) // nothing of it is taken in
	}
	if err != nil {
		return nil, err
	}
	d, _, err := c.sharedFrom(k)
	if err != nil {
		return nil, err
	}
	d.Touched, d.Unread, d.Fault = shown.Touched, unread, fault
	return d, nil
}

// fetchNew fetches the versions of a draft that k does not have, checks them and
// puts them into k. If there are none and it is asked again, the last is held
// against what k has.
func (c *Client) fetchNew(ctx context.Context, k *keptDraft, shown *api.Draft, again bool) (unread []int, fault error) {
	known := len(k.Chain)
	before, _, err := k.last()
	switch {
	case err != nil:
		return nil, err
	case shown.Versions < known:
		return nil, frank.WithHint(alarmf("the server shows draft %d up to version %d, and you know version %d", k.Draft, shown.Versions, known), "it was set back, or withholds what came after")
	case shown.Versions == known:
		if before.Over() != shown.Over {
			return nil, alarmf("the server says that draft %d is over, and nobody has ended it", k.Draft)
		}
		if again {
			v, source, err := c.fetchVersion(ctx, k.Draft, known)
			if err != nil {
				return nil, err
			}
			if err := v.Follows(k.Chain); err != nil {
				return nil, c.otherChain(k.Draft, v, source, err)
			}
		}
		return nil, nil
	}
	last, source, err := c.fetchVersion(ctx, k.Draft, shown.Versions)
	if err != nil {
		return nil, err
	}
	switch err := last.Follows(k.Chain); {
	case err != nil:
		return nil, c.otherChain(k.Draft, last, source, err)
	case last.Over() != shown.Over:
		return nil, alarmf("the server removed versions of draft %d, and nobody has ended it", k.Draft)
	}
	// Those in between: of one that ended they are gone; what was there before
	// somebody took part is not sealed to them.
	between := map[int]*draft.Version{}
	for n := shown.Versions - 1; n > known && !last.Over(); n-- {
		v, text, err := c.fetchVersion(ctx, k.Draft, n)
		if notOpened, ok := errors.AsType[*notOpenedError](err); ok {
			if unread = append(unread, notOpened.number); known == 0 {
				break // all before it was before their time
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		if v.Hash() != last.Before[n-1] || v.Follows(last.Before) != nil {
			return nil, c.otherChain(k.Draft, v, text, fmt.Errorf("version %d is not the one that version %d goes on from", n, last.Number))
		}
		between[n] = v
	}
	between[last.Number] = last
	var story []DraftStep
	read := before // the last that could be
	for n := known + 1; n <= last.Number; n++ {
		v := between[n]
		if v == nil {
			before = nil
			continue
		}
		by, err := c.checkVersion(ctx, v, before)
		if err == nil && read != nil { // what stands between is no way around the rules
			if err = draft.After(v, read, by, c.dir); err != nil {
				err = fmt.Errorf("version %d of draft %d breaks the rules: %w", v.Number, v.Draft, err)
			}
		}
		if err != nil {
			return nil, err
		}
		story, before, read = append(story, stepOf(v, by)), v, v
	}
	slices.Sort(unread)
	k.take(last, source)
	k.Story = append(k.Story, story...)
	return unread, nil
}

// notOpenedError is the error for a version that is not sealed to the person, as
// far as can be told.
type notOpenedError struct{ draft, number int }

func (e *notOpenedError) Error() string {
	return fmt.Sprintf("version %d of draft %d does not open: whoever made it did not seal it to you, or the server altered it", e.number, e.draft)
}

// fetchVersion fetches a version, opens it, and checks that it is the one.
func (c *Client) fetchVersion(ctx context.Context, n, number int) (*draft.Version, string, error) {
	var sealed []byte
	path := strings.NewReplacer("{draft}", strconv.Itoa(n), "{number}", strconv.Itoa(number)).Replace(api.PathDraft)
	switch err := c.wire.call(ctx, http.MethodGet, path, nil, &sealed); {
	case errors.Is(err, api.Of(api.Withheld)):
		return nil, "", alarmf("the server lists version %d of draft %d and withholds it", number, n)
	case err != nil:
		return nil, "", err
	}
	plain, err := c.Key.Open(sealed)
	if err == nil {
		plain, err = unpadded(plain)
	}
	if err != nil {
		return nil, "", &notOpenedError{n, number}
	}
	v, source, err := draft.Parse(plain)
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("version %d of draft %d is none: %w", number, n, err)
	case v.Log != c.Log || v.Draft != n || v.Number != number:
		return nil, "", alarmf("the server shows version %d of draft %d as version %d of draft %d", v.Number, v.Draft, number, n)
	}
	return v, source, nil
}

// otherChain keeps a version that is not of the chain which the person knows, and
// says so.
func (c *Client) otherChain(n int, v *draft.Version, source string, why error) error {
	name := fmt.Sprintf("drafts/%d-other.age", n)
	sealed, err := c.Key.Seal(v.File(source))
	if err == nil {
		err = c.Files.Write(name, sealed)
	}
	return errors.Join(frank.WithHint(alarmf("draft %d has two histories: %w", n, why), "the server shows different people different versions, or was set back; %s has the one that is not believed: compare with those who take part", name), err)
}

// checkVersion holds a version against the rules and the ledger, and returns who
// signed it.
func (c *Client) checkVersion(ctx context.Context, v, before *draft.Version) (by frank.PersonID, err error) {
	for wait := 50 * time.Millisecond; v.Seen.Size > c.view.Head().Size && wait < time.Second; wait *= 2 {
		select { // whoever signed may be a moment ahead
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(wait):
		}
		if _, err := c.fresh(ctx); err != nil {
			return "", err
		}
	}
	head := c.view.Head()
	if v.Seen.Size > head.Size {
		return "", alarmf("whoever signed version %d of draft %d had seen a ledger of %d entries, and you are shown %d", v.Number, v.Draft, v.Seen.Size, head.Size)
	}
	roots, err := head.Roots(ctx, c.wire, v.Seen.Size)
	if err != nil {
		return "", err
	}
	if roots[0] != v.Seen.Root {
		return "", frank.WithHint(fmt.Errorf("whoever signed version %d of draft %d was shown another ledger than you, or lies", v.Number, v.Draft), "compare checkpoints with them: frank log --head, frank log --compare")
	}
	if by, err = draft.Check(v, before, c.dir); err != nil {
		return by, fmt.Errorf("version %d of draft %d breaks the rules: %w", v.Number, v.Draft, err)
	}
	return by, nil
}
