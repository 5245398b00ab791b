package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"frank"
	"frank/client"
	"frank/trace/figure"
)

// namesFile reports whether an attachment's name is one for a file: no path, no
// hidden file, nothing that a terminal would not show as it is. What one system
// or another does not allow, [fileName] sees to.
func namesFile(name string) bool {
	return name != "" && utf8.ValidString(name) && !strings.HasPrefix(name, ".") && !strings.ContainsAny(name, "/\\\n\t\u2028\u2029") && printable(name) == name
}

// folded is the same for names that are one file on Windows or macOS: in upper
// and in lower case, with an accent written in one way or another, with dots and
// spaces at the end or without.
func folded(name string) string {
	name = nameOn("windows", strings.TrimRight(name, ". "))
	return norm.NFC.String(strings.ToLower(strings.ToUpper(norm.NFC.String(name))))
}

// attachable says why files cannot go out under their names: some reader's
// machine would have to give one of them another.
func attachable(files []client.File) error {
	before := map[string]string{}
	for _, f := range files {
		other, taken := before[folded(f.Name)]
		switch {
		case !namesFile(f.Name):
			return frank.WithHint(fmt.Errorf("an attachment is called %q: readers cannot save it under that name", f.Name), "rename it: without a dot in front, a backslash, or characters that cannot be seen")
		case taken && other == f.Name:
			return frank.WithHint(fmt.Errorf("two attachments are called %s", f.Name), "rename one of them")
		case taken:
			return frank.WithHint(fmt.Errorf("the attachments %s and %s would be one file on Windows or macOS", other, f.Name), "rename one of them")
		}
		before[folded(f.Name)] = f.Name
	}
	return nil
}

// saveAttachments writes all attachments of a copy, whatever its author called
// them: none is lost to another's name.
func (m *member) saveAttachments(o *client.Opened, dir string) error {
	var written []fs.FileInfo
	for i, a := range o.Head.Attached {
		data, err := m.Attachment(m.run, o, i)
		if err != nil {
			return err
		}
		path, info, err := m.newFileBeside(dir, attachedName(a.Name, i+1), data, written)
		if err != nil {
			return frank.WithHint(err, "the folder after --files must be there, and have no file of that name")
		}
		written = append(written, info)
		m.note("%s has %s bytes; it is the same for every reader", path, figure.Group(len(data)))
		if filepath.Base(path) != a.Name {
			m.note("attachment %d is called %q in the dispatch: that name is another attachment's, or none for a file here", i+1, a.Name)
		}
	}
	return nil
}

// attachedName is what the nth attachment is called here.
func attachedName(name string, n int) string {
	if !namesFile(name) {
		return fmt.Sprintf("attachment %d", n)
	}
	return fileName(name)
}

// newFileBeside writes a new file, under a name with a number if what has the
// name is one of those written before. That is for the file system to say: it
// knows which names are one.
func (r *run) newFileBeside(dir, name string, data []byte, written []fs.FileInfo) (path string, info fs.FileInfo, err error) {
	ext := filepath.Ext(name)
	for n := 1; ; n++ {
		if path = filepath.Join(dir, name); n > 1 {
			path = filepath.Join(dir, fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ext), n, ext))
		}
		err := r.newFile(path, data)
		there, missing := os.Lstat(r.path(path))
		if err == nil {
			return path, there, missing
		}
		if missing != nil || n == 1 && !slices.ContainsFunc(written, func(w fs.FileInfo) bool { return os.SameFile(w, there) }) {
			return "", nil, err
		}
	}
}
