package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"frank"
	"frank/trace/figure"

	"golang.org/x/term"
)

var errNoTerminal = frank.WithHint(errors.New("there is no terminal to ask for the passphrase on"), "run it in a terminal")

// askTerminal asks on the terminal itself, so that it works while the streams
// are files or pipes.
func askTerminal(ctx context.Context, prompt string) (string, error) {
	in, out := "/dev/tty", "/dev/tty"
	if runtime.GOOS == "windows" {
		in, out = "CONIN$", "CONOUT$"
	}
	r, err := os.OpenFile(in, os.O_RDWR, 0)
	if err != nil {
		return "", errNoTerminal
	}
	defer r.Close()
	w, err := os.OpenFile(out, os.O_WRONLY, 0)
	if err != nil {
		return "", errNoTerminal
	}
	defer w.Close()
	before, err := term.GetState(int(r.Fd()))
	if err != nil {
		return "", errNoTerminal
	}
	fmt.Fprint(w, prompt)
	defer fmt.Fprintln(w)
	type answer struct {
		passphrase []byte
		err        error
	}
	got := make(chan answer, 1)
	go func() {
		p, err := term.ReadPassword(int(r.Fd()))
		got <- answer{p, err}
	}()
	select {
	case a := <-got:
		if a.err != nil {
			return "", errors.New("no passphrase was given")
		}
		return string(a.passphrase), nil
	case <-ctx.Done():
		term.Restore(int(r.Fd()), before)
		return "", ctx.Err()
	}
}

// lines reads lines from in, and gives up when the context ends although
// nothing was typed.
type lines struct {
	next chan string
}

func readLines(in io.Reader) *lines {
	l := &lines{next: make(chan string)}
	go func() {
		defer close(l.next)
		s := bufio.NewScanner(in)
		for s.Scan() {
			l.next <- strings.TrimSuffix(s.Text(), "\r")
		}
	}()
	return l
}

// read returns the next line, or false at the end.
func (l *lines) read(ctx context.Context) (string, bool, error) {
	select {
	case line, ok := <-l.next:
		return line, ok, nil
	case <-ctx.Done():
		return "", false, ctx.Err()
	}
}

// Progress appears for work that takes longer than patience, and changes no
// more often than a person can read.
var patience = 500 * time.Millisecond // tests have none

const beat = 100 * time.Millisecond

// progress returns a function that shows how far work is, and one that takes
// the line away again. On anything but a terminal both do nothing.
func (r *run) progress(what string) (tell func(done, of int), clear func()) {
	if !r.StderrTerminal {
		return func(int, int) {}, func() {}
	}
	start, last, shown := time.Now(), time.Time{}, false
	tell = func(done, of int) {
		now := time.Now()
		if now.Sub(start) < patience || now.Sub(last) < beat {
			return
		}
		last, shown = now, true
		fmt.Fprintf(r.Stderr, "\r\x1b[K%s: %s of %s", what, figure.Group(done), figure.Group(of))
	}
	clear = func() {
		if shown {
			fmt.Fprint(r.Stderr, "\r\x1b[K")
		}
	}
	return tell, clear
}

// style colours text when it goes to a terminal and NO_COLOR does not forbid.
type style struct{ on bool }

func (r *run) style() style {
	return style{r.StdoutTerminal && r.Getenv("NO_COLOR") == "" && r.Getenv("TERM") != "dumb"}
}

func (s style) wrap(code, text string) string {
	if !s.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(t string) string   { return s.wrap("1", t) }
func (s style) dim(t string) string    { return s.wrap("2", t) }
func (s style) green(t string) string  { return s.wrap("32", t) }
func (s style) red(t string) string    { return s.wrap("31", t) }
func (s style) yellow(t string) string { return s.wrap("33", t) }

// width is how many characters a line of text may have.
func (r *run) width() int {
	if r.Width < 40 || r.Width > 100 {
		return 88
	}
	return r.Width
}

// fill breaks text into lines of at most width characters, each behind indent.
// Words are kept whole, and colour takes up no room.
func fill(text, indent string, width int) string {
	var b strings.Builder
	at := 0
	for _, word := range strings.Fields(text) {
		n := visible(word)
		switch {
		case at == 0:
			b.WriteString(indent)
			at = visible(indent)
		case at+1+n > width:
			b.WriteString("\n" + indent)
			at = visible(indent)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

// visible counts the characters of s that take up room.
func visible(s string) int {
	n, escape := 0, false
	for _, c := range s {
		switch {
		case escape:
			escape = c != 'm'
		case c == 0x1b:
			escape = true
		default:
			n++
		}
	}
	return n
}
