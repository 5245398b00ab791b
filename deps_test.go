//go:build !js

package frank_test

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// policy says which of Frank's packages and which modules each package may
// import directly. Data flows downwards: nothing imports upwards, engines reach
// no disk, clock or network, and odds sees no text.
var policy = map[string][]string{
	"frank":                 {},
	"frank/prose":           {"golang.org/x/text"},
	"frank/prose/wordclass": {},
	"frank/variant":         {"frank", "frank/prose", "frank/prose/wordclass", "frank/variant/fit", "golang.org/x/text"},
	"frank/variant/fit":     {"frank/prose/wordclass"},
	"frank/codebook":        {"frank", "golang.org/x/crypto", "golang.org/x/mod"},
	"frank/mark":            {"frank", "frank/codebook"},
	"frank/seal":            {"frank", "frank/internal/canon", "golang.org/x/crypto"},
	"frank/seal/share": {"frank", "frank/internal/canon", "frank/internal/derive", "frank/internal/enc", "frank/internal/merkle",
		"github.com/cloudflare/circl"},
	"frank/draft": {"frank", "frank/directory", "frank/dispatch", "frank/internal/canon", "frank/keyring", "frank/ledger", "frank/prose", "frank/variant", "golang.org/x/text"},
	"frank/exchange": {"frank", "frank/codebook", "frank/dispatch", "frank/internal/canon", "frank/internal/derive", "frank/internal/enc",
		"frank/internal/merkle", "frank/mark", "frank/seal", "frank/seal/share"},
	"frank/gauge":        {"frank", "frank/prose"},
	"frank/coverage/pdf": {"golang.org/x/text"},
	"frank/coverage":     {"frank", "frank/coverage/pdf", "frank/internal/canon", "golang.org/x/net", "golang.org/x/text", "codeberg.org/readeck/go-readability"},

	"frank/coverage/story":      {"frank", "frank/coverage", "frank/prose", "frank/trace/quote", "golang.org/x/text"},
	"frank/coverage/story/page": {"frank/coverage/story"},

	"frank/trace/quote":  {},
	"frank/trace/locate": {"frank", "frank/internal/log64", "frank/prose"},
	"frank/trace/align":  {"frank", "frank/prose", "golang.org/x/text"},
	"frank/trace/odds":   {}, // no text, and nothing but the standard library
	"frank/trace": {"frank", "frank/prose", "frank/variant", "frank/codebook", "frank/coverage",
		"frank/trace/quote", "frank/trace/locate", "frank/trace/align", "frank/trace/odds"},
	"frank/trace/figure": {"frank/trace"},
	"frank/inquiry": {"frank", "frank/coverage", "frank/directory", "frank/dispatch", "frank/internal/canon", "frank/internal/enc", "frank/internal/merkle", "frank/keyring", "frank/ledger",
		"frank/protect", "frank/seal/share", "frank/trace", "golang.org/x/text"},
	"frank/inquiry/page": {"frank", "frank/inquiry", "frank/trace/figure"},
	"frank/trace/page":   {"frank/trace", "frank/trace/figure"},

	"frank/protect": {"frank", "frank/internal/canon", "frank/keyring", "golang.org/x/text"},

	"frank/bundle": {"frank", "frank/codebook", "frank/coverage", "frank/directory", "frank/dispatch", "frank/exchange", "frank/inquiry", "frank/internal/canon", "frank/keyring", "frank/ledger",
		"frank/trace", "frank/trace/figure", "frank/trace/page"},

	"frank/internal/log64":    {},
	"frank/internal/segments": {"frank"},
	"frank/watch":             {"frank", "frank/internal/log64", "frank/internal/segments", "frank/prose", "frank/watch/group"},
	"frank/watch/group":       {"frank"},
	"frank/watch/retold":      {"frank", "frank/internal/log64", "frank/internal/segments", "frank/prose", "frank/watch/group"},

	"frank/modelserver": {"frank"},

	"frank/internal/canon":   {},
	"frank/internal/derive":  {"frank", "frank/internal/enc", "golang.org/x/crypto"},
	"frank/internal/enc":     {"frank"},
	"frank/internal/merkle":  {"frank", "golang.org/x/mod"},
	"frank/internal/replay":  {},
	"frank/internal/durable": {"github.com/rogpeppe/go-internal", "golang.org/x/sys"},
	"frank/internal/fuzzall": {},
	"frank/keyring":          {"frank", "frank/internal/canon", "frank/internal/durable", "frank/internal/enc", "filippo.io/age", "golang.org/x/text"},
	"frank/ledger":           {"frank", "frank/internal/canon", "frank/internal/enc", "frank/keyring", "golang.org/x/mod", "golang.org/x/text", "github.com/transparency-dev/formats"},
	"frank/ledger/sequencer": {"frank", "frank/internal/durable", "frank/ledger", "github.com/transparency-dev/formats", "github.com/transparency-dev/tessera", "golang.org/x/mod", "k8s.io/klog/v2"},
	"frank/store":            {"frank"},
	"frank/store/sqlite":     {"frank", "frank/internal/durable", "frank/store", "modernc.org/sqlite"},
	"frank/store/storetest":  {"frank", "frank/store", "pgregory.net/rapid"},
	"frank/api":              {"frank", "frank/internal/canon", "frank/keyring"},
	// The server is blind: nothing that opens, marks or traces may stand here.
	"frank/server": {"frank", "frank/api", "frank/directory", "frank/dispatch", "frank/keyring", "frank/ledger", "frank/ledger/sequencer", "frank/store",
		"github.com/emersion/go-smtp", "github.com/prometheus/client_golang", "golang.org/x/mod", "golang.org/x/net", "golang.org/x/time"},
	"frank/ledger/witness": {"frank", "frank/internal/canon", "frank/internal/durable", "frank/ledger", "github.com/transparency-dev/formats", "golang.org/x/mod"},
	"frank/directory":      {"frank", "frank/internal/canon", "frank/keyring", "frank/ledger", "golang.org/x/text"},
	"frank/dispatch":       {"frank", "frank/directory", "frank/internal/canon", "frank/internal/enc", "frank/internal/merkle", "frank/keyring", "golang.org/x/text"},
	"frank/client": {"frank", "frank/api", "frank/bundle", "frank/codebook", "frank/coverage", "frank/directory", "frank/dispatch", "frank/draft", "frank/exchange", "frank/inquiry", "frank/internal/canon", "frank/internal/durable", "frank/keyring",
		"frank/ledger", "frank/seal/share", "frank/trace", "frank/variant", "frank/watch", "frank/watch/retold"},
	"frank/issue": {"frank", "frank/codebook", "frank/internal/durable", "frank/keyring", "frank/mark", "frank/variant", "golang.org/x/mod", "golang.org/x/text"},
	"frank/operate": {"frank", "frank/directory", "frank/dispatch", "frank/internal/durable", "frank/ledger", "frank/ledger/sequencer", "frank/store", "frank/store/sqlite",
		"golang.org/x/mod"},
	"frank/internal/hostile":  {"frank", "frank/api", "frank/internal/canon", "frank/ledger", "github.com/transparency-dev/formats", "golang.org/x/mod"},
	"frank/internal/testkey":  {"frank/keyring"},
	"frank/internal/specimen": {"frank"},
	"frank/internal/trial":    {"frank", "frank/api", "frank/directory", "frank/dispatch", "frank/keyring", "frank/ledger"},
	"frank/cmd/frank/cli": {"frank", "frank/api", "frank/bundle", "frank/client", "frank/codebook", "frank/coverage", "frank/coverage/story", "frank/coverage/story/page", "frank/directory", "frank/dispatch", "frank/draft", "frank/gauge", "frank/inquiry", "frank/inquiry/page", "frank/internal/canon",
		"frank/internal/durable", "frank/issue", "frank/keyring", "frank/ledger", "frank/ledger/sequencer", "frank/ledger/witness", "frank/modelserver", "frank/operate", "frank/prose", "frank/protect",
		"frank/server", "frank/store", "frank/store/sqlite", "frank/trace", "frank/trace/figure", "frank/trace/page", "frank/variant", "github.com/alecthomas/kong", "golang.org/x/mod",
		"golang.org/x/term", "golang.org/x/text", "frank/watch", "frank/watch/retold"},
	"frank/cmd/frank": {"frank/cmd/frank/cli"},
}

// engines may not reach what is outside the program.
var engines = []string{"frank", "frank/internal/log64", "frank/internal/segments", "frank/protect", "frank/inquiry", "frank/inquiry/page", "frank/ledger", "frank/directory", "frank/dispatch", "frank/draft", "frank/seal", "frank/seal/share", "frank/exchange", "frank/internal/derive", "frank/internal/enc", "frank/internal/merkle", "frank/prose", "frank/prose/wordclass", "frank/variant", "frank/variant/fit", "frank/codebook", "frank/mark", "frank/gauge", "frank/watch", "frank/watch/group", "frank/watch/retold", "frank/coverage", "frank/coverage/pdf", "frank/coverage/story", "frank/coverage/story/page",
	"frank/trace", "frank/trace/quote", "frank/trace/locate", "frank/trace/align", "frank/trace/odds", "frank/trace/figure", "frank/trace/page", "frank/bundle"}

var outside = []string{"os", "os/exec", "net", "net/http", "time", "math/rand", "math/rand/v2", "crypto/rand", "syscall", "unsafe", "path/filepath"}

// networked are the only packages that may reach a network: a confidential text
// leaves the machine nowhere else.
var networked = []string{"frank/modelserver", "frank/internal/replay", "frank/ledger/sequencer", "frank/ledger/witness", "frank/api", "frank/server", "frank/client", "frank/internal/hostile", "frank/internal/trial", "frank/cmd/frank/cli"}

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p.ImportPath, "frank/bench") {
			continue // measuring programs may use everything
		}
		may, ok := policy[p.ImportPath]
		if !ok {
			t.Errorf("%s is not in the import policy", p.ImportPath)
			continue
		}
		seen[p.ImportPath] = true
		for _, m := range may {
			if !strings.Contains(m, ".") && !slices.Contains(p.Imports, m) { // a module may be for another system
				t.Errorf("%s need not be allowed %s, which it does not import", p.ImportPath, m)
			}
		}
		for _, i := range p.Imports {
			switch {
			case slices.Contains(engines, p.ImportPath) && slices.Contains(outside, i):
				t.Errorf("%s is an engine and imports %s", p.ImportPath, i)
			case (i == "net" || i == "net/http") && !slices.Contains(networked, p.ImportPath):
				t.Errorf("%s imports %s, and only %v may reach a network", p.ImportPath, i, networked)
			case !strings.Contains(i, ".") && i != "frank" && !strings.HasPrefix(i, "frank/"):
				// the standard library
			case !slices.ContainsFunc(may, func(m string) bool { return within(i, m) }):
				t.Errorf("%s imports %s, which the policy does not allow", p.ImportPath, i)
			}
		}
	}
	for p := range policy {
		if !seen[p] {
			t.Errorf("the policy names %s, which does not exist", p)
		}
	}
}

// within reports whether the policy's entry m covers package i: a package of
// Frank's by itself, a module with all its packages.
func within(i, m string) bool {
	return i == m || strings.Contains(m, ".") && strings.HasPrefix(i, m+"/")
}
