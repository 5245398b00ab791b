package trace

import (
	"context"

	"frank/prose"
	"frank/trace/odds"
)

// Forge makes the report that would follow if sites were read as change says: one
// that is consistent in itself.
func Forge(ctx context.Context, claimed *Report, ev *Evidence, change func(s *SiteSeen)) (*Report, error) {
	read, looks, err := rereadAll(ctx, claimed, ev)
	if err != nil {
		return nil, err
	}
	for _, f := range read {
		d := claimed.of(f.issued.Ref)
		for i := range d.Seen {
			s := d.Seen[i]
			change(&s)
			f.sites[s.Site].state, f.sites[s.Site].readings = s.State, s.Printed
		}
	}
	level, err := odds.ParseMass(ev.Alpha)
	if err != nil {
		return nil, err
	}
	r := begin(claimed.Frozen, level)
	for _, e := range ev.Exhibits {
		r.list(e, len(prose.Words(e.Text)))
	}
	warnShared(read)
	return r, r.answer(ctx, read, looks, level)
}
