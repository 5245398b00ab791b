package inquiry

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"frank"
	"frank/keyring"
	"frank/protect"
)

// ReleasedFormat is the id of what is sealed in a [Release].
const ReleasedFormat = "frank.released/1"

// maxLook is a number that no look ever has.
const maxLook = 1_000_000

// WorstLevel is the highest chance of naming a copy that played no part that an
// inquiry may allow itself. An organisation may only make it stricter.
const WorstLevel = "1e-4"

// validate holds what a step says to its limits.
func validate(what any) error {
	switch w := what.(type) {
	case *Open:
		return w.validate()
	case *Register:
		return w.validate()
	case *Admit:
		return text("the order", w.Order, MaxText, true)
	case *Pause:
		return text("why", w.Why, MaxText, true)
	case *Lift:
		return text("why", w.Why, MaxText, true)
	case *Matter:
		return w.Validate()
	case *Vote:
		return text("the reason", w.Reason, MaxText, true)
	case *Seen:
		return nil
	case *Consent:
		return text("the comment", w.Comment, MaxText, !w.Yes)
	case *Release:
		if len(w.Shares) == 0 || len(w.Checkpoint) == 0 || len(w.Checkpoint) > 16<<10 {
			return errors.New("a release has shares and a checkpoint")
		}
		return nil
	case *Refuse:
		if newOf(w.What) == nil {
			return errors.New("what is refused is no step of an inquiry")
		}
		return text("why", w.Why, MaxText, true)
	case *Result:
		return w.validate()
	case *Named:
		if len(w.Holders) == 0 || len(w.Holders) > MaxNumbers {
			return fmt.Errorf("expected 1 to %d holders, found %d", MaxNumbers, len(w.Holders))
		}
		for _, h := range w.Holders {
			if err := h.Number.validate(); err != nil {
				return err
			}
		}
		return nil
	case *Notice:
		return w.Number.validate()
	case *Reply:
		return w.validate()
	case *Note:
		if !slices.Contains([]string{"comment", "harm", "correction", "appeal-decided"}, w.Kind) {
			return errors.New("a note is a comment, on harm, a correction, or the decision of an appeal")
		}
		return text("the text", w.Text, MaxText, true)
	case *Close:
		if !slices.Contains([]string{OutcomeNamed, OutcomeNarrowed, OutcomeUnknown, OutcomeProtected, OutcomeWithdrawn, OutcomeReferred}, w.Outcome) {
			return errors.New("the outcome is none that there is")
		}
		return text("the text", w.Text, MaxText, true)
	}
	return fmt.Errorf("%T is no step", what)
}

func (o *Open) validate() error {
	if err := errors.Join(text("the purpose", o.Purpose, MaxText, true), text("the legal basis", o.Basis, MaxText, true), validScope(o.Scope), o.Rule.validate(),
		validTime("the end", o.Until), text("the answer", o.Disclosure.Why, MaxText, true)); err != nil {
		return err
	}
	if !slices.Contains([]string{No, Unsure, Yes}, o.Disclosure.Answer) {
		return errors.New("whether it could be a protected disclosure is answered by no, unsure or yes")
	}
	if len(o.Tried) == 0 || len(o.Tried) > 20 {
		return frank.WithHint(errors.New("the less intrusive steps that were tried are missing"), "if there is none that could be, say why")
	}
	for _, t := range o.Tried {
		if err := text("a step that was tried", t, MaxText, true); err != nil {
			return err
		}
	}
	return ValidLevel(o.Level)
}

func validScope(refs []frank.Ref) error {
	if len(refs) == 0 || len(refs) > MaxScope {
		return fmt.Errorf("expected 1 to %d dispatches in scope, found %d", MaxScope, len(refs))
	}
	for i, r := range refs {
		if err := r.Validate(); err != nil {
			return err
		}
		if i > 0 && refs[i-1].Compare(r) >= 0 {
			return errors.New("the dispatches in scope are not in order, or there twice")
		}
	}
	return nil
}

func (r *Rule) validate() error {
	if !frank.ValidTime(r.From+"T00:00:00Z") || !frank.ValidTime(r.To+"T00:00:00Z") || r.From > r.To {
		return frank.WithHint(errors.New("the rule of inclusion has no first and last day"), "days are written 2026-01-31")
	}
	if len(r.Outlets) > MaxExhibits {
		return errors.New("the rule of inclusion names too many outlets")
	}
	for i, o := range r.Outlets {
		if err := text("an outlet", o, MaxLine, true); err != nil {
			return err
		}
		if i > 0 && r.Outlets[i-1] >= o {
			return errors.New("the outlets of the rule are not in order, or there twice")
		}
	}
	return text("how material is looked for", r.Search, MaxText, true)
}

func validTime(what, s string) error {
	if !frank.ValidTime(s) {
		return fmt.Errorf("%s is no time such as 2026-01-31T09:30:00Z", what)
	}
	return nil
}

// ValidLevel reports what is wrong with a level: a decimal above 0 and at most
// [WorstLevel], with an exponent of at most two digits.
func ValidLevel(level string) error {
	l, ok := new(big.Rat), false
	mantissa, exponent, _ := strings.Cut(level, "e")
	if len(level) <= 20 && strings.Trim(mantissa, "0123456789.") == "" && len(exponent) <= 3 {
		l, ok = l.SetString(level)
	}
	worst, _ := new(big.Rat).SetString(WorstLevel)
	if !ok || l.Sign() <= 0 {
		return fmt.Errorf("expected a level such as %s, found %.20q", WorstLevel, level)
	}
	if l.Cmp(worst) > 0 {
		return frank.WithHint(fmt.Errorf("the level is at most %s, not %s", WorstLevel, level), "it may only be stricter")
	}
	return nil
}

// stricter reports whether level a is at most level b; both are valid.
func stricter(a, b string) bool {
	x, _ := new(big.Rat).SetString(a)
	y, _ := new(big.Rat).SetString(b)
	return x.Cmp(y) <= 0
}

func (r *Register) validate() error {
	if len(r.Exhibits) == 0 || len(r.Exhibits) > MaxExhibits {
		return fmt.Errorf("expected 1 to %d exhibits, found %d", MaxExhibits, len(r.Exhibits))
	}
	for i := range r.Exhibits {
		e := &r.Exhibits[i]
		if err := e.Record.Validate(); err != nil {
			return fmt.Errorf("exhibit %d: %w", i+1, err)
		}
		if !slices.Contains([]string{Published, ForComment, UnderOrder, Otherwise}, e.Obtained) {
			return frank.WithHint(fmt.Errorf("exhibit %d: how it was obtained is not said", i+1), "published, for-comment, under-order or otherwise")
		}
		if err := text("how it was obtained", e.How, MaxText, e.Obtained != Published); err != nil {
			return fmt.Errorf("exhibit %d: %w", i+1, err)
		}
		if e.Blob == (frank.Hash{}) {
			return fmt.Errorf("exhibit %d: the sealed original is not named", i+1)
		}
	}
	return nil
}

// Validate reports the first thing about m that no matter may say.
func (m *Matter) Validate() error {
	if err := errors.Join(validTime("the end", m.Until), ValidLevel(m.Level)); err != nil {
		return err
	}
	if !m.Lead.Valid() {
		return errors.New("the lead is not named")
	}
	if m.Stage == Renewal {
		if len(m.Scope)+len(m.Looks)+len(m.Checkers)+len(m.Numbers)+len(m.Key)+len(m.To) > 0 || m.Result != (frank.Hash{}) || m.Of != (frank.Hash{}) || m.Evidence != (frank.Hash{}) {
			return errors.New("a renewal opens nothing")
		}
		return nil
	}
	if len(m.Scope) == 0 || len(m.Scope) > MaxParts {
		return fmt.Errorf("expected 1 to %d batches, found %d", MaxParts, len(m.Scope))
	}
	for i, p := range m.Scope {
		if err := p.Dispatch.Validate(); err != nil {
			return err
		}
		if p.Batch < 1 || i > 0 && comparePart(m.Scope[i-1], p) >= 0 {
			return errors.New("the batches are not in order, or there twice")
		}
	}
	if _, err := keyring.ParseRecipient(m.To); err != nil {
		return errors.New("the key that shares are to be sealed to is none")
	}
	if len(m.Key) == 0 || len(m.Key) > 64<<10 {
		return errors.New("the identity of that key is missing")
	}
	switch m.Stage {
	case Copies:
		if len(m.Checkers) != Checkers || !m.Checkers[0].Valid() || !m.Checkers[1].Valid() || m.Checkers[0] >= m.Checkers[1] || slices.Contains(m.Checkers, m.Lead) {
			return fmt.Errorf("a matter names %d others who trace again, in order", Checkers)
		}
		for i, l := range m.Looks {
			if err := l.Dispatch.Validate(); err != nil {
				return err
			}
			if l.Number < 1 || l.Number > maxLook || i > 0 && m.Looks[i-1].Dispatch.Compare(l.Dispatch) >= 0 {
				return errors.New("the looks are not in order")
			}
		}
		if len(m.Numbers) > 0 || m.Result != (frank.Hash{}) || m.Of != (frank.Hash{}) || m.Evidence != (frank.Hash{}) {
			return errors.New("whose numbers are is asked after a result, by itself")
		}
	case Names:
		if len(m.Looks)+len(m.Checkers) > 0 || m.Result == (frank.Hash{}) || m.Of == (frank.Hash{}) || len(m.Numbers) == 0 || len(m.Numbers) > MaxNumbers {
			return errors.New("to ask whose numbers are takes a result and numbers, and nothing else")
		}
		for i, n := range m.Numbers {
			if err := n.validate(); err != nil {
				return err
			}
			if i > 0 && CompareNumbers(m.Numbers[i-1], n) >= 0 {
				return errors.New("the numbers are not in order, or there twice")
			}
		}
	default:
		return errors.New("a matter is of stage copies, names or renewal")
	}
	return nil
}

func comparePart(a, b Part) int {
	if c := a.Dispatch.Compare(b.Dispatch); c != 0 {
		return c
	}
	return a.Batch - b.Batch
}

func (n Number) validate() error {
	if err := n.Dispatch.Validate(); err != nil {
		return err
	}
	if n.Number < 1 || n.Number > frank.MaxCopies {
		return fmt.Errorf("copies are numbered 1 to %d, not %d", frank.MaxCopies, n.Number)
	}
	return nil
}

// CompareNumbers orders copies by dispatch and number.
func CompareNumbers(a, b Number) int {
	if c := a.Dispatch.Compare(b.Dispatch); c != 0 {
		return c
	}
	return a.Number - b.Number
}

func (r *Result) validate() error {
	if (r.Report == frank.Hash{}) != (len(r.Void) > 0) || len(r.Void) > MaxScope {
		return errors.New("a result has a report, or says what is void")
	}
	if len(r.Named) > MaxNamed || len(r.Void) > 0 && len(r.Named) > 0 || !ascending(r.Named, CompareNumbers) {
		return errors.New("the copies named are too many, or not in order")
	}
	for _, n := range r.Named {
		if err := n.validate(); err != nil {
			return err
		}
	}
	for _, v := range r.Void {
		if err := text("what is void", v, MaxText, true); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reply) validate() error {
	if r.Kind != Answer && r.Kind != Appeal {
		return errors.New("a reply is a reply or an appeal")
	}
	if !r.From.Valid() || len(r.Signature) != 64 {
		return errors.New("a reply is signed by whom it is from")
	}
	return text("the reply", r.Text, 5*MaxText, true)
}

// Admissible says why material can be no exhibit, whatever anybody decides: what
// came by a protected route is not traced. Text is what was read from the data.
func Admissible(data []byte, text string) error {
	if protect.Protected(data, text) {
		return frank.WithHint(errors.New("the material is, or quotes, a protected disclosure: it can be no exhibit"), "what came by a protected route is not traced; tell the overseer")
	}
	return nil
}
