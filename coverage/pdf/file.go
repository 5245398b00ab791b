package pdf

import (
	"bytes"
	"errors"
)

// file is a PDF whose objects have been found by going through it from end to
// end. The table of where objects stand is not read: it is often wrong in what
// newspapers publish, and a hostile one would make the reader jump about. Of
// several objects with one number the last counts, as in a file that was
// changed by appending to it.
type file struct {
	objects map[ref]any
	where   map[ref]int // in the file, of the object or of the stream that packs it
	trailer dict
	left    int // bytes that may still be decoded
}

// Limits of a file: they bound the work, and no newspaper's page comes near.
const (
	maxObjects = 200_000
	maxDecoded = 64 << 20
)

var (
	errMuch   = errors.New("it asks for more work than any newspaper's page")
	errLocked = errors.New("it is encrypted")
)

// open finds the objects.
func open(data []byte) (*file, error) {
	f := &file{objects: map[ref]any{}, where: map[ref]int{}, trailer: dict{}, left: maxDecoded}
	type pack struct {
		*stream
		at int
	}
	var packed []pack
	trailer := -1 // the next one
	for at := 0; at < len(data); {
		i := bytes.Index(data[at:], []byte("obj"))
		if trailer < at {
			if trailer = len(data); bytes.Contains(data[at:], []byte("trailer")) {
				trailer = at + bytes.Index(data[at:], []byte("trailer"))
			}
		}
		if trailer < len(data) && (i < 0 || trailer < at+i) {
			l := lexer{data: data, at: trailer + len("trailer")}
			if d, ok := l.next().(dict); ok {
				f.note(d)
			}
			at = max(l.at, trailer+1)
			continue
		}
		if i < 0 {
			break
		}
		from := at + i
		n, ok := header(data, from)
		at = from + len("obj")
		if !ok {
			continue
		}
		if len(f.objects) >= maxObjects {
			return nil, errMuch
		}
		l := lexer{data: data, at: at}
		v := l.next()
		at = max(l.at, at)
		if d, ok := v.(dict); ok {
			if raw, after, ok := f.body(data, l.at, d); ok {
				s := &stream{d, raw}
				v, at = s, after
				switch d["Type"] {
				case name("ObjStm"):
					packed = append(packed, pack{s, from})
				case name("XRef"):
					f.note(d)
				}
			}
		}
		switch v.(type) {
		case word, shut, end:
			continue
		}
		f.objects[n], f.where[n] = v, from
	}
	if f.trailer["Encrypt"] != nil {
		return nil, errLocked
	}
	for _, s := range packed {
		if err := f.unpack(s.stream, s.at); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// note keeps what a trailer says; a later one replaces an earlier.
func (f *file) note(d dict) {
	for _, k := range []name{"Root", "Info", "Encrypt"} {
		if v, ok := d[k]; ok {
			f.trailer[k] = v
		}
	}
}

// header reads the "12 0 " before an "obj" at i.
func header(data []byte, i int) (ref, bool) {
	back := func(class func(byte) bool) int {
		from := i
		for i > 0 && class(data[i-1]) {
			i--
		}
		return from - i
	}
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	back(space)
	if back(digit) == 0 || back(space) == 0 {
		return 0, false
	}
	stop := i
	n := back(digit)
	if n == 0 || n > 9 {
		return 0, false
	}
	v := 0
	for _, c := range data[i:stop] {
		v = v*10 + int(c-'0')
	}
	return ref(v), true
}

// body returns the bytes of a stream whose dictionary ended at at, and where it
// ends.
func (f *file) body(data []byte, at int, d dict) (raw []byte, after int, ok bool) {
	l := lexer{data: data, at: at}
	l.skip()
	if !bytes.HasPrefix(data[l.at:], []byte("stream")) {
		return nil, 0, false
	}
	at = l.at + len("stream")
	if at < len(data) && data[at] == '\r' {
		at++
	}
	if at < len(data) && data[at] == '\n' {
		at++
	}
	if n, ok := f.get(d["Length"]).(num); ok && n >= 0 && at+n.int() <= len(data) {
		stop := at + n.int()
		if rest := bytes.TrimLeft(data[stop:min(stop+32, len(data))], "\r\n\t "); bytes.HasPrefix(rest, []byte("endstream")) {
			return data[at:stop], stop, true
		}
	}
	i := bytes.Index(data[at:], []byte("endstream"))
	if i < 0 {
		return data[at:], len(data), true
	}
	return data[at : at+i], at + i + len("endstream"), true
}

// unpack takes the objects out of an object stream that stands at from.
func (f *file) unpack(s *stream, from int) error {
	data, err := f.decode(s)
	if err != nil {
		return err
	}
	n, _ := f.get(s.dict["N"]).(num)
	first, _ := f.get(s.dict["First"]).(num)
	if first < 0 || first.int() > len(data) {
		return nil
	}
	head := lexer{data: data[:first.int()]}
	for range n.int() {
		id, ok1 := head.next().(num)
		at, ok2 := head.next().(num)
		if !ok1 || !ok2 {
			return nil
		}
		if at < 0 || first.int()+at.int() > len(data) {
			continue
		}
		if len(f.objects) >= maxObjects {
			return errMuch
		}
		l := lexer{data: data[first.int()+at.int():]}
		v := l.next()
		if f.left -= l.at; f.left <= 0 {
			return errMuch
		}
		switch v.(type) {
		case word, shut, end:
			continue
		}
		if r := ref(id.int()); from >= f.where[r] {
			f.objects[r], f.where[r] = v, from
		}
	}
	return nil
}

// get follows references.
func (f *file) get(v any) any {
	for range 10 {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		v = f.objects[r]
	}
	return nil
}

func (f *file) dict(v any) dict {
	switch v := f.get(v).(type) {
	case dict:
		return v
	case *stream:
		return v.dict
	}
	return nil
}

func (f *file) array(v any) array { a, _ := f.get(v).(array); return a }

func (f *file) num(v any) (num, bool) { n, ok := f.get(v).(num); return n, ok }

// page is a page of the document, with what it inherits.
type page struct {
	dict      dict
	resources dict
	box       [4]num
	rotate    int
}

const maxPages = 2000

// pages lists the pages in order.
func (f *file) pages() ([]page, error) {
	var out []page
	seen := map[ref]bool{}
	var walk func(v any, up page, depth int) error
	walk = func(v any, up page, depth int) error {
		if r, ok := v.(ref); ok {
			if seen[r] {
				return nil
			}
			seen[r] = true
		}
		d := f.dict(v)
		if d == nil || depth > nesting {
			return nil
		}
		up.dict = d
		if r := f.dict(d["Resources"]); r != nil {
			up.resources = r
		}
		if box := f.array(d["MediaBox"]); len(box) == 4 {
			for i := range box {
				up.box[i], _ = f.num(box[i])
			}
		}
		if r, ok := f.num(d["Rotate"]); ok {
			up.rotate = ((r.int()/90)%4 + 4) % 4
		}
		kids := f.array(d["Kids"])
		if f.get(d["Type"]) == name("Page") || kids == nil {
			if len(out) == maxPages {
				return errMuch
			}
			out = append(out, up)
			return nil
		}
		for _, k := range kids {
			if err := walk(k, up, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	root := f.dict(f.trailer["Root"])
	if root == nil || f.dict(root["Pages"]) == nil {
		root = f.catalog()
	}
	if root == nil {
		return nil, errors.New("it has no pages, or is cut off")
	}
	if err := walk(root["Pages"], page{box: [4]num{0, 0, 612 * one, 792 * one}}, 0); err != nil {
		return nil, err
	}
	return out, nil
}

// catalog finds the document's root where no trailer names it: the one with the
// highest number.
func (f *file) catalog() dict {
	best := ref(-1)
	for r, v := range f.objects {
		if d, ok := v.(dict); ok && d["Type"] == name("Catalog") && f.dict(d["Pages"]) != nil && r > best {
			best = r
		}
	}
	d, _ := f.objects[best].(dict)
	return d
}
