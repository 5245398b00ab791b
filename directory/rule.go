package directory

import (
	"fmt"
	"slices"
	"strings"

	"frank"
)

// rule says who must agree to something: any one of its ways is enough.
type rule []way

// way is one sufficient agreement.
type way struct {
	registrars int    // so many sitting registrars
	who        string // and, unless this is empty, one of these people besides the registrars
	with       []frank.PersonID
	weighty    bool // or: k sitting officers and an overseer, shown to have waited
}

func registrars(n int) way { return way{registrars: n} }

// with returns the way that takes n registrars and one of the people named,
// which nobody can go when none is.
func with(n int, who string, people ...frank.PersonID) way {
	return way{registrars: n, who: who, with: without(people, "")}
}

var weighty = way{weighty: true}

// met reports whether those who agree are enough at once, without a wait.
func (r rule) met(d *register, agree []frank.PersonID) bool {
	for _, w := range r {
		if !w.weighty && w.met(d, agree) {
			return true
		}
	}
	return false
}

func (w way) met(d *register, agree []frank.PersonID) bool {
	n := 0
	for _, id := range agree {
		if d.sits(Registrar, id) {
			n++
		}
	}
	if w.who == "" {
		return n >= w.registrars
	}
	for _, id := range agree {
		others := n
		if d.sits(Registrar, id) { // one person is not two
			others--
		}
		if slices.Contains(w.with, id) && others >= w.registrars {
			return true
		}
	}
	return false
}

// counts reports whether a person's agreement can count.
func (r rule) counts(d *register, id frank.PersonID) bool {
	for _, w := range r {
		if w.registrars > 0 && d.sits(Registrar, id) || slices.Contains(w.with, id) ||
			w.weighty && (d.sits(Officer, id) || d.sits(Overseer, id)) {
			return true
		}
	}
	return false
}

func (r rule) weighty() bool { return slices.ContainsFunc(r, func(w way) bool { return w.weighty }) }

// possible reports whether enough people sit for any of the ways.
func (r rule) possible(d *register) error {
	if d.partial {
		return nil // who else sits a slice does not show
	}
	var able []frank.PersonID
	for id, p := range d.People {
		if p.active() {
			able = append(able, id)
		}
	}
	if r.met(d, able) {
		return nil
	}
	n, k := len(d.sitting(Registrar)), d.Settings.now().Threshold
	if officers, overseers := len(d.sitting(Officer)), len(d.sitting(Overseer)); r.weighty() {
		if officers >= k && overseers > 0 {
			return nil
		}
		return frank.WithHint(fmt.Errorf("it needs the agreement of %s, and %d officers, %d overseers and %d registrars sit", r.say(d), officers, overseers, n),
			"those named at the founding sit once they have accepted; an organisation keeps one officer more than it needs, and a second overseer")
	}
	return frank.WithHint(fmt.Errorf("it needs the agreement of %s, and %d registrars sit", r.say(d), n),
		"have another registrar appointed: the officers and the overseer can do that (role.grant)")
}

// refusal is the error for a statement whose signer cannot do this alone.
func (r rule) refusal(kind string) error {
	alone := !r.weighty() && slices.ContainsFunc(r, func(w way) bool { return w.registrars == 1 && w.who == "" || w.registrars == 0 })
	err := fmt.Errorf("%s needs the agreement of %s, and its signer alone is not that", kind, r.say(nil))
	if alone {
		return err
	}
	return frank.WithHint(err, "propose it as a change, to which the others consent")
}

// say names the ways for people. d may be nil.
func (r rule) say(d *register) string {
	var out []string
	for _, w := range r {
		var s string
		switch {
		case w.weighty && d != nil:
			s = fmt.Sprintf("%d officers and an overseer", d.Settings.now().Threshold)
		case w.weighty:
			s = "the officers and an overseer"
		case w.registrars == 0:
			s = w.who
		case w.registrars == 1:
			s = "a registrar"
		default:
			s = fmt.Sprintf("%d registrars", w.registrars)
		}
		if w.registrars > 0 && w.who != "" {
			s += " and " + w.who
		}
		out = append(out, s)
	}
	return strings.Join(out, ", or ")
}
