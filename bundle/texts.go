package bundle

import (
	_ "embed"
	"strings"
)

//go:embed texts/README.txt
var readmeText string

//go:embed texts/method.md
var methodText string

//go:embed texts/statement.txt
var statementText string

// shows says what the reader of a profile is not to look for.
var profiles = map[Profile]string{
	Referral:  "It names nobody: it has copy numbers, and identifiers of everybody that copies went to, without saying whose is which. Of a batch to few that says much.",
	Evidence:  "It says to whom the copies that are named were issued, if that was asked.",
	Committee: "It has offices and identifiers, and no names: whose keys signed, and that they might, is the word of whoever made it, in signers.json. Steps in which officers could have written a name are left out, or here by their hashes.",
}

func fill(text string, m *meta) []byte {
	return []byte(strings.NewReplacer("{ledger}", m.Log, "{inquiry}", m.Inquiry.Hash.String(), "{made}", m.Made,
		"{profile}", string(m.Profile), "{what}", profiles[m.Profile], "{namespace}", Namespace, "{principal}", Principal).Replace(text))
}

func readme(m *meta) []byte    { return fill(readmeText, m) }
func statement(m *meta) []byte { return fill(statementText, m) }
