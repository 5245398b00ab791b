package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"frank"
	"frank/coverage"
	"frank/directory"
	"frank/inquiry"
	"frank/ledger"
	"frank/trace"
	"frank/trace/figure"
)

// Verify checks a bundle under a policy, which must come from somewhere else
// than the bundle. Progress, which may be nil, is told each check. What does not
// hold is in the finding, which is not OK then, and ends there: nothing is made
// of the rest. The error is for a policy that cannot be read, and for ctx.
func Verify(ctx context.Context, data, policy []byte, progress func(string)) (*Finding, error) {
	p, err := ledger.ParsePolicy(policy)
	if err != nil {
		return nil, err
	}
	v := &verifier{ctx: ctx, policy: p, given: policy, data: data, say: progress,
		Finding: &Finding{Format: FindingFormat, Checks: []Check{}, Verdicts: []Verdict{}, Shown: []string{}, NotShown: []string{}}}
	v.run()
	return v.Finding, ctx.Err()
}

// verifier is a verification under way.
type verifier struct {
	*Finding
	ctx    context.Context
	policy *ledger.Policy
	given  []byte
	data   []byte
	say    func(string)

	files, payload []file
	meta           *meta
	head           *ledger.Checkpoint
	entries        []entryForm
	stated         []stated
	proven         []ledger.Head     // checkpoints in entries
	hidden         []directory.Entry // steps that others go on from, and that are not shown
	record         *record
	dir            *directory.State // nil for a committee
	unused         []inquiry.Unused
	exhibits       []exhibitForm
	texts          []*coverage.Exhibit
	report         *trace.Report
	digest         frank.Hash // of the report
	opened         []trace.Opened
	matter         *inquiry.Matter // that the report answers
	matterHash     frank.Hash
	matterAt       uint64
	holders        []holderForm
	state          *inquiry.State
	inquiry        *inquiry.Inquiry
	asked          *inquiry.Asked
	steps          int
	doubts         []trace.Doubt
	own            *trace.Report // where there are doubts
}

func (v *verifier) run() {
	for _, c := range []struct {
		what string
		do   func() (string, error)
	}{
		{"file", v.checkFile},
		{"hashes", v.checkHashes},
		{"signature", v.checkSignature},
		{"checkpoint", v.checkCheckpoint},
		{"entries", v.checkEntries},
		{"texts", v.checkTexts},
		{"exhibits", v.checkExhibits},
		{"people", v.checkPeople},
		{"issues", v.checkIssues},
		{"procedure", v.checkProcedure},
		{"sites", v.checkSites},
		{"odds", v.checkOdds},
		{"names", v.checkNames},
	} {
		if v.ctx.Err() != nil {
			return
		}
		text, err := c.do()
		if text == "" && err == nil {
			continue // not in this profile
		}
		check := Check{What: c.what, OK: err == nil, Text: text, because: err}
		if err != nil {
			check.Text = upperFirst(err.Error())
		}
		v.Checks = append(v.Checks, check)
		if v.say != nil {
			v.say(check.Text)
		}
		if err != nil {
			v.Shown, v.NotShown, v.Verdicts = []string{}, []string{}, []Verdict{}
			return
		}
	}
	v.conclude()
	v.OK, v.Finding.Inquiry, v.Finding.Report = true, v.meta.Inquiry, v.digest
}

func (v *verifier) shown(format string, args ...any) {
	v.Shown = append(v.Shown, fmt.Sprintf(format, args...))
}

func (v *verifier) notShown(format string, args ...any) {
	v.NotShown = append(v.NotShown, fmt.Sprintf(format, args...))
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (v *verifier) checkFile() (string, error) {
	files, err := readZip(v.data)
	if err != nil {
		return "", err
	}
	v.files = files
	return fmt.Sprintf("the file is a ZIP in its one form, with %s", figure.Counted(len(files), "file")), nil
}

func (v *verifier) checkHashes() (_ string, err error) {
	if v.payload, err = checkHashes(v.files); err != nil {
		return "", err
	}
	sum := sha256.Sum256(v.files[2].data)
	v.Manifest = hex.EncodeToString(sum[:])
	return "every file has the hash that is listed for it, and no other file is there", nil
}

func (v *verifier) checkSignature() (_ string, err error) {
	data, ok := find(v.payload, fileMeta)
	if !ok {
		return "", errors.New("the file bundle.json is missing")
	}
	if v.meta, err = parseMeta(data); err != nil {
		return "", err
	}
	v.Profile = v.meta.Profile
	if err := checkTags(v.meta, v.files, v.payload); err != nil {
		return "", err
	}
	return "the list of hashes is signed by the key that the bundle names", nil
}

func (v *verifier) checkCheckpoint() (_ string, err error) {
	data, _ := find(v.payload, fileCheckpoint)
	if v.head, err = v.policy.Verify(data); err != nil {
		return "", frank.WithHint(fmt.Errorf("the ledger's checkpoint does not hold under this policy: %w", err), "is it the policy of the organisation that the bundle is from?")
	}
	switch {
	case string(v.head.Note) != string(data):
		return "", errors.New("the ledger's checkpoint has signatures that the policy does not know, or in another order")
	case v.head.Origin != v.meta.Log:
		return "", errors.New("the checkpoint is of another ledger than the bundle")
	case v.policy.AsksWitnesses() && !v.head.Witnessed:
		return "", errors.New("the ledger's checkpoint has not the witnesses' signatures that the policy asks for")
	}
	v.Log = v.head.Origin
	if !v.policy.AsksWitnesses() {
		v.notShown("That nobody was shown another ledger: the policy asks for no witnesses, so that rests on the word of whoever runs it.")
		return "the ledger's checkpoint is signed by the ledger; the policy asks for no witnesses", nil
	}
	return fmt.Sprintf("the ledger's checkpoint is signed by the ledger and cosigned by %d of the policy's %d witnesses", len(v.head.Cosigned), len(v.policy.Witnesses())), nil
}

func (v *verifier) checkEntries() (_ string, err error) {
	data, ok := find(v.payload, fileEntries)
	if !ok {
		return "", errors.New("the list of entries is missing")
	}
	if v.entries, err = parseEntries(data); err != nil {
		return "", err
	}
	if v.stated, err = open(v.head.Origin, v.entries); err != nil {
		return "", err
	}
	tiles := &listed{map[string][]byte{}, map[string]bool{}}
	for _, f := range v.payload {
		if path, ok := strings.CutPrefix(f.name, folderLedger); ok && strings.HasPrefix(path, "tile/") {
			tiles.files[path] = f.data
		}
	}
	if v.proven, err = prove(v.ctx, v.policy, v.head, tiles, v.entries, v.stated); err != nil {
		return "", err
	}
	for _, f := range v.payload {
		if path, ok := strings.CutPrefix(f.name, folderLedger); ok && strings.HasPrefix(path, "tile/") && !tiles.used[path] {
			return "", fmt.Errorf("the file %s proves nothing that is here", f.name)
		}
	}
	return fmt.Sprintf("of the ledger's %s entries %s are proven to stand in it; %s are shown, each signed by the key that it names", figure.Group(int(v.head.Size)), figure.Group(len(v.entries)), figure.Group(len(v.stated))), nil
}

// checkTexts checks the files that follow from others, and that there is no
// other file.
func (v *verifier) checkTexts() (_ string, err error) {
	data, ok := find(v.payload, fileReport)
	if !ok {
		return "", errors.New("the report is missing")
	}
	if v.report, err = trace.ParseReport(data); err != nil {
		return "", err
	}
	again, err := v.report.Encode()
	if err != nil {
		return "", err
	}
	if string(again) != string(data) {
		return "", errors.New("the report is not written as a report is, or has more than a report has")
	}
	v.digest = sha256.Sum256(data)
	if v.exhibits, err = parseList[exhibitForm](v.payload, fileExhibits); err != nil {
		return "", err
	}
	if v.unused, err = parseList[inquiry.Unused](v.payload, fileUnused); err != nil {
		return "", err
	}
	texts, err := fixed(v.meta, v.report)
	if err != nil {
		return "", err
	}
	known := map[string]bool{fileMeta: true, fileDispatches: true, fileExhibits: true, fileCheckpoint: true, fileEntries: true, filePolicy: true, fileReport: true, fileUnused: true}
	if v.meta.Profile != Referral {
		known[fileNamed] = true
	}
	if v.meta.Profile == Committee {
		known[fileSigners] = true
	}
	for _, e := range v.exhibits {
		known[folderExhibits+e.File] = true
	}
	for _, t := range texts {
		known[t.name] = true
		data, ok := find(v.payload, t.name)
		if !ok || v.meta.Edition == Edition && string(data) != string(t.data) {
			return "", fmt.Errorf("the file %s is not what follows from the report", t.name)
		}
	}
	for _, f := range v.payload {
		if !known[f.name] && !strings.HasPrefix(f.name, folderLedger+"tile/") {
			return "", fmt.Errorf("the file %s is none that a bundle of this profile has", f.name)
		}
	}
	if v.meta.Edition != Edition {
		v.notShown("That report.html, README.txt, method.md and statement.txt say what the report says: another version of Frank wrote them. Only report.json was checked.")
	}
	policy, ok := find(v.payload, filePolicy)
	if !ok {
		return "", errors.New("the copy of the policy is missing")
	}
	if string(policy) != string(v.given) {
		v.notShown("That policy.txt in the bundle is the policy to go by: it differs from the one given, which alone was used.")
	}
	return "the page and the texts are what follows from the report", nil
}

// checkExhibits reads the originals again.
func (v *verifier) checkExhibits() (string, error) {
	if len(v.exhibits) == 0 {
		return "", errors.New("there is no exhibit")
	}
	for i, e := range v.exhibits {
		if err := e.Exhibit.Record.Validate(); err != nil {
			return "", err
		}
		data, ok := find(v.payload, folderExhibits+e.File)
		if e.File != exhibitFile(i, e.Exhibit.Record.Name) || !ok {
			return "", fmt.Errorf("exhibit %d has no file, or one that is not named after it", i+1)
		}
		if err := e.Exhibit.Record.Check(data); err != nil {
			return "", fmt.Errorf("exhibit %d: %w", i+1, err)
		}
		text, err := coverage.Read(e.Exhibit.Record.Name, data)
		if err != nil {
			return "", fmt.Errorf("exhibit %d: %w", i+1, err)
		}
		if err := inquiry.Admissible(data, text.Text); err != nil {
			return "", fmt.Errorf("exhibit %d: %w", i+1, err)
		}
		if text.Media != e.Exhibit.Record.Media {
			return "", fmt.Errorf("exhibit %d is of another kind than its record says", i+1)
		}
		v.texts = append(v.texts, text)
	}
	return fmt.Sprintf("%s: the bytes are those that were frozen", figure.Counted(len(v.exhibits), "exhibit")), nil
}
