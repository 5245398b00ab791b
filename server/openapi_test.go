package server

import (
	"bytes"
	"encoding"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"frank"
	"frank/api"
	"frank/keyring"
)

var update = flag.Bool("update", false, "write openapi.json anew")

// said is what the document says of a route beyond the table: a summary, what
// it takes and gives (a message; []byte for bytes as they are), what its query
// has besides from and limit.
type said struct {
	summary string
	in, out any
	query   []string
	list    bool
}

type parcel []byte

var paths = map[string]said{
	"GET " + api.PathServer:     {summary: "Who this server is. A hint only: clients pin the log and its policy from elsewhere.", out: api.Server{}},
	"GET " + api.PathOpenAPI:    {summary: "This document.", out: map[string]any{}},
	"POST " + api.PathChallenge: {summary: "Something to sign, to prove a device's key.", in: api.ChallengeRequest{}, out: api.Challenge{}},
	"POST " + api.PathSession:   {summary: "The answer to a challenge, for a session.", in: api.SessionRequest{}, out: api.Session{}},
	"GET " + api.PathMe:         {summary: "What the directory says of whoever asks.", out: api.Me{}},
	"GET " + api.PathContact:    {summary: "Where one is told that there is something.", out: api.Contact{}},
	"PUT " + api.PathContact:    {summary: "Say where one is told that there is something. The session is of the last two minutes.", in: api.Contact{}, out: api.Contact{}},
	"GET " + api.PathRecovery:   {summary: "One's own recovery blob.", out: []byte{}},
	"PUT " + api.PathRecovery:   {summary: "Keep one's own recovery blob; an empty one removes it. The session is of the last two minutes.", in: []byte{}, out: struct{}{}},
	"GET " + api.PathDirectory:  {summary: "The directory's entries, in the order of the log.", out: api.Entries{}, list: true},
	"POST " + api.PathEntries:   {summary: "Enter a statement in the log. The same again is entered once and answered alike.", in: api.Submission{}, out: api.Accepted{}},
	"GET " + api.PathEntries:    {summary: "The entries one may read, in the order of the log.", out: api.Entries{}, list: true},
	"GET " + api.PathEntry:      {summary: "An entry, if one may read it.", out: api.Entry{}},
	"POST " + api.PathBlobs:     {summary: "Put sealed things. Nobody may read them until an entry names them; what none names in a day is removed.", in: parcel{}, out: api.Put{}},
	"GET " + api.PathBlob:       {summary: "A sealed thing, if one may read it. Sealed copies are not among them.", out: []byte{}},
	"POST " + api.PathCopies:    {summary: "Fetch a sealed copy: that it is fetched is entered in the log before it is served.", in: api.Submission{}, out: api.Fetched{}},
	"GET " + api.PathInbox:      {summary: "The copies issued to whoever asks.", out: api.Inbox{}, list: true},
	"GET " + api.PathShares:     {summary: "The shares dealt to whoever asks.", out: api.Shares{}, list: true},
	"GET " + api.PathIssued:     {summary: "What an office of whoever asks has issued.", out: api.Issued{}, list: true, query: []string{"office"}},
	"GET " + api.PathRequests:   {summary: "The requests that wait for an office of whoever asks.", out: api.Entries{}, list: true, query: []string{"office"}},
	"GET " + api.PathNext:       {summary: "The last number taken for the place of an office of whoever asks.", out: api.Numbers{}, query: []string{"place", "year"}},
	"GET " + api.PathDrafts:     {summary: "The drafts that whoever asks may fetch, by number.", out: api.Drafts{}, list: true},
	"POST " + api.PathDrafts:    {summary: "Hand in a sealed version of a draft: the number after the last, or somebody was first. To end a draft, the session is of the last two minutes.", in: api.DraftVersion{}, out: struct{}{}},
	"GET " + api.PathDraft:      {summary: "A sealed version of a draft, if one may fetch it.", out: []byte{}},
	"GET " + api.PathFetches:    {summary: "Who fetched a dispatch, for officers and overseers: once as many officers as the threshold says, and an overseer, have entered inquiry.receipts for the same dispatch and matter.", out: api.Entries{}, list: true, query: []string{"dispatch", "matter"}},
}

// TestOpenAPI holds the document to the routes and the messages: it is what
// both say. With -update it is written.
func TestOpenAPI(t *testing.T) {
	got := document1(t, (&Server{}).routes())
	if *update {
		if err := os.WriteFile("openapi.json", got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(got, openAPI) {
		t.Fatal("openapi.json is not what routes and messages say: go test ./server -run OpenAPI -update")
	}
}

func document1(t *testing.T, routes []route) []byte {
	t.Helper()
	schemas := map[string]any{}
	all := map[string]map[string]any{}
	seen := 0
	for _, r := range routes {
		x, ok := paths[r.method+" "+r.path]
		if !ok {
			t.Fatalf("nothing is said of %s %s", r.method, r.path)
		}
		seen++
		one := map[string]any{"summary": x.summary}
		var parameters []any
		for _, part := range strings.Split(r.path, "/") {
			if strings.HasPrefix(part, "{") {
				parameters = append(parameters, map[string]any{"name": strings.Trim(part, "{}"), "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
			}
		}
		for _, name := range x.query {
			parameters = append(parameters, map[string]any{"name": name, "in": "query", "required": true, "schema": map[string]any{"type": "string"}})
		}
		if x.list {
			parameters = append(parameters,
				map[string]any{"name": "from", "in": "query", "schema": map[string]any{"type": "integer", "minimum": 0}, "description": "the index to begin at"},
				map[string]any{"name": "limit", "in": "query", "schema": map[string]any{"type": "integer", "minimum": 1, "maximum": api.MaxPage, "default": 100}})
		}
		if parameters != nil {
			one["parameters"] = parameters
		}
		if (x.in != nil) != (r.body > 0) {
			t.Errorf("%s %s: what is said of its body is not so", r.method, r.path)
		}
		if x.in != nil {
			kind, content := contentOf(x.in, schemas)
			if kind != r.kind {
				t.Errorf("%s %s takes %s, not %s", r.method, r.path, r.kind, kind)
			}
			one["requestBody"] = map[string]any{"required": true, "description": fmt.Sprintf("at most %d bytes", r.body), "content": map[string]any{kind: content}}
		}
		kind, content := contentOf(x.out, schemas)
		one["responses"] = map[string]any{
			"200":     map[string]any{"description": "done", "content": map[string]any{kind: content}},
			"default": map[string]any{"$ref": "#/components/responses/Error"},
		}
		if r.need != anybody {
			one["security"] = []any{map[string]any{"session": []any{}}}
		}
		if all[r.path] == nil {
			all[r.path] = map[string]any{}
		}
		all[r.path][strings.ToLower(r.method)] = one
	}
	if seen != len(paths) {
		t.Errorf("%d routes are spoken of, and there are %d", len(paths), seen)
	}
	kinds := []string{}
	text := "An error: a kind, a sentence, perhaps a hint. The status follows from the kind: "
	for i, k := range api.Kinds {
		kinds = append(kinds, string(k))
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s %d", k, k.Status())
	}
	_, content := contentOf(api.Error{}, schemas)
	schemas["Error"].(map[string]any)["properties"].(map[string]any)["kind"] = map[string]any{"type": "string", "enum": kinds}
	doc := map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{"title": "Frank", "version": "1", "license": map[string]any{"name": "Apache-2.0", "identifier": "Apache-2.0"},
			"description": "A blind server for dispatches: it keeps what is sealed and enters in the ledger what is stated. Messages are canonical JSON. The log itself is served under " + api.PathLog + " as C2SP tlog-tiles. spec/api.md says more."},
		"paths": all,
		"components": map[string]any{
			"schemas":         schemas,
			"responses":       map[string]any{"Error": map[string]any{"description": text, "content": map[string]any{api.TypeJSON: content}}},
			"securitySchemes": map[string]any{"session": map[string]any{"type": "http", "scheme": "bearer"}},
		},
	}
	out, err := json.MarshalIndent(doc, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}

// contentOf is the type of a body and its schema.
func contentOf(v any, schemas map[string]any) (string, any) {
	switch v.(type) {
	case parcel:
		return api.TypeParcel, map[string]any{"schema": map[string]any{"description": "each sealed thing as four bytes of length, big-endian, and its bytes"}}
	case []byte:
		return api.TypeBytes, map[string]any{}
	}
	return api.TypeJSON, map[string]any{"schema": schemaOf(reflect.TypeOf(v), schemas)}
}

var textual = reflect.TypeFor[encoding.TextMarshaler]()

func schemaOf(t reflect.Type, schemas map[string]any) any {
	switch {
	case t == reflect.TypeFor[json.RawMessage]():
		return map[string]any{"type": "object"}
	case t == reflect.TypeFor[frank.Hash](), t == reflect.TypeFor[keyring.VerifyKey]():
		return map[string]any{"type": "string", "pattern": "^[0-9a-f]{64}$"}
	case t == reflect.TypeFor[[]byte]():
		return map[string]any{"type": "string", "contentEncoding": "base64"}
	case t.Implements(textual):
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem(), schemas)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), schemas)}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	case reflect.Uint64:
		return map[string]any{"type": "integer", "minimum": 0}
	case reflect.Map:
		return map[string]any{"type": "object"}
	case reflect.Struct:
		if t.NumField() == 0 {
			return map[string]any{"type": "object", "additionalProperties": false}
		}
		if schemas[t.Name()] == nil {
			properties, required := map[string]any{}, []string{}
			schema := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
			schemas[t.Name()] = schema
			for i := range t.NumField() {
				name, rest, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
				properties[name] = schemaOf(t.Field(i).Type, schemas)
				if rest != "omitempty" && rest != "omitzero" {
					required = append(required, name)
				}
			}
			slices.Sort(required)
			schema["required"] = required
		}
		return map[string]any{"$ref": "#/components/schemas/" + t.Name()}
	}
	panic("a message holds a " + t.String())
}
