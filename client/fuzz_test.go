package client

import (
	"bytes"
	"testing"

	"frank"
	"frank/directory"
)

func FuzzParseInvitation(f *testing.F) {
	i := &Invitation{Format: invitationFormat, Server: "https://frank.example", Log: origin, Policy: "log x\n", Genesis: frank.Hash{1},
		Invite: directory.Entry{Index: 7, Hash: frank.Hash{2}}, Code: directory.NewCode([16]byte{3})}
	f.Add(i.Marshal())
	i.Code = ""
	f.Add(i.Marshal())
	f.Fuzz(func(t *testing.T, data []byte) {
		if i, err := ParseInvitation(data); err == nil && !bytes.Equal(bytes.TrimSuffix(i.Marshal(), []byte("\n")), bytes.TrimSuffix(data, []byte("\n"))) {
			t.Error("an invitation is written another way than it was read")
		}
	})
}

// What a killed run left half written at the end of a file is cut off before
// the next line.
func TestFolderAppend(t *testing.T) {
	f := Folder(t.TempDir())
	for _, step := range []struct{ write, append, want string }{
		{"", "a\n", "a\n"},
		{"a\n", "b\n", "a\nb\n"},
		{"a\nb\nhalf", "c\n", "a\nb\nc\n"},
		{"half", "c\n", "c\n"},
	} {
		if err := f.Write("x/lines", []byte(step.write)); err != nil {
			t.Fatal(err)
		}
		if err := f.Append("x/lines", []byte(step.append)); err != nil {
			t.Fatal(err)
		}
		if got, err := f.Read("x/lines"); err != nil || string(got) != step.want {
			t.Errorf("%q and then %q: %q, %v", step.write, step.append, got, err)
		}
	}
	names, err := f.List("x/")
	if err != nil || len(names) != 1 || names[0] != "x/lines" {
		t.Errorf("%v, %v", names, err)
	}
	if none, err := Folder(t.TempDir() + "/none").List(""); err != nil || none != nil {
		t.Errorf("a folder that is not there lists %v, %v", none, err)
	}
}
