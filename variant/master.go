package variant

import (
	"slices"

	"frank"
)

// maxJoint bounds the joint readings of one drawing unit. Where clashes would
// join more, the later reading of the clash is left out instead: fewer bits,
// never a wrong combination.
const maxJoint = 512

// Master returns s as one text with sites, in drawing units: linked sites,
// sites with clashing readings and sites bounded within a sentence are drawn
// together. Every combination that holds can be drawn, those that depart from the
// author's wording at fewer places oftener (see [stays]).
func (s *Source) Master() (*frank.Master, error) {
	m := &frank.Master{Text: s.Text()}
	link := map[string][]int{}
	at := 0
	for _, n := range s.Nodes {
		switch n.Kind {
		case Text, Locked:
			at += len(n.Text)
		case Varied:
			first := n.Site.Readings[0]
			if n.Site.Link != "" {
				link[n.Site.Link] = append(link[n.Site.Link], len(m.Sites))
			}
			m.Sites = append(m.Sites, frank.Site{Start: at, End: at + len(first), Kind: n.Site.Kind, Readings: slices.Clone(n.Site.Readings)})
			at += len(first)
		}
	}
	u := newUnits(m)
	for _, n := range s.Nodes {
		if n.Kind == Varied && n.Site.Link != "" {
			u.link(link[n.Site.Link])
			link[n.Site.Link] = nil
		}
	}
	for _, c := range Clashes(m) {
		if u.choice[c.SiteA] != u.choice[c.SiteB] { // linked words repeat on purpose
			u.clash(c)
		}
	}
	u.balance()
	u.finish()
	if err := m.Validate(); err != nil {
		return nil, err
	}
	return m, nil
}

// units builds the drawing units of a master.
type units struct {
	m      *frank.Master
	of     []int        // unit of each site
	choice []int        // the first of the sites that are linked with each, or itself
	unit   []frank.Unit // joined units are left empty
}

func newUnits(m *frank.Master) *units {
	u := &units{m: m}
	for i, s := range m.Sites {
		unit := frank.Unit{Sites: []int{i}}
		for r := range s.Readings {
			unit.Joint = append(unit.Joint, []int{r})
		}
		u.of = append(u.of, i)
		u.choice = append(u.choice, i)
		u.unit = append(u.unit, unit)
	}
	return u
}

// link lets all the sites show the same reading index.
func (u *units) link(sites []int) {
	for i, s := range sites {
		if i == 0 {
			continue
		}
		joint := frank.Unit{Sites: append(slices.Clone(u.unit[u.of[sites[0]]].Sites), s)}
		for r := range u.m.Sites[s].Readings {
			joint.Joint = append(joint.Joint, slices.Repeat([]int{r}, len(joint.Sites)))
		}
		u.unit[u.of[sites[0]]] = joint
		u.unit[u.of[s]] = frank.Unit{}
		u.of[s] = u.of[sites[0]]
		u.choice[s] = sites[0]
	}
}

// clash takes the combination c out, joining the units of its sites first.
func (u *units) clash(c Clash) {
	if c.ReadingA == 0 && c.ReadingB == 0 {
		return // the author wrote both
	}
	a, b := u.of[c.SiteA], u.of[c.SiteB]
	if a != b && len(u.unit[a].Joint)*len(u.unit[b].Joint) > maxJoint {
		site, reading := c.SiteB, c.ReadingB
		if reading == 0 {
			site, reading = c.SiteA, c.ReadingA
		}
		u.drop(u.of[site], func(combo map[int]int) bool { return combo[site] == reading })
		return
	}
	if a != b {
		u.join(min(a, b), max(a, b))
	}
	u.drop(min(a, b), func(combo map[int]int) bool {
		return combo[c.SiteA] == c.ReadingA && combo[c.SiteB] == c.ReadingB
	})
}

func (u *units) join(a, b int) {
	x, y := u.unit[a], u.unit[b]
	joint := frank.Unit{Sites: append(slices.Clone(x.Sites), y.Sites...)}
	for _, p := range x.Joint {
		for _, q := range y.Joint {
			joint.Joint = append(joint.Joint, append(slices.Clone(p), q...))
		}
	}
	for _, s := range y.Sites {
		u.of[s] = a
	}
	u.unit[a], u.unit[b] = joint, frank.Unit{}
}

func (u *units) drop(unit int, bad func(combo map[int]int) bool) {
	x := &u.unit[unit]
	x.Joint = slices.DeleteFunc(x.Joint, func(joint []int) bool {
		combo := make(map[int]int, len(joint))
		for k, r := range joint {
			combo[x.Sites[k]] = r
		}
		return bad(combo)
	})
}

// finish orders sites within units, takes out readings no combination shows,
// and gives every unit its law. A site left with one reading is text.
func (u *units) finish() {
	m := u.m
	shown := make([]map[int]bool, len(m.Sites))
	for i := range u.unit {
		x := &u.unit[i]
		if len(x.Joint) < 2 {
			*x = frank.Unit{} // nothing to draw
		}
		for _, joint := range x.Joint {
			for k, r := range joint {
				if shown[x.Sites[k]] == nil {
					shown[x.Sites[k]] = map[int]bool{}
				}
				shown[x.Sites[k]][r] = true
			}
		}
	}
	site := make([]int, len(m.Sites))      // new index of a site, or -1
	reading := make([][]int, len(m.Sites)) // new index of a reading
	var sites []frank.Site
	for i, s := range m.Sites {
		site[i] = -1
		if len(shown[i]) < 2 {
			continue
		}
		var kept []string
		for r, text := range s.Readings {
			reading[i] = append(reading[i], len(kept))
			if shown[i][r] {
				kept = append(kept, text)
			}
		}
		s.Readings = kept
		site[i] = len(sites)
		sites = append(sites, s)
	}
	m.Sites = sites
	for _, x := range u.unit {
		if unit, ok := u.renumber(x, site, reading); ok {
			m.Units = append(m.Units, unit)
		}
	}
	slices.SortFunc(m.Units, func(a, b frank.Unit) int { return a.Sites[0] - b.Sites[0] })
}

// renumber carries a unit over to the kept sites and readings, and gives it its
// law.
func (u *units) renumber(x frank.Unit, site []int, reading [][]int) (frank.Unit, bool) {
	var order []int // positions in x.Sites that stay, by site
	for k, s := range x.Sites {
		if site[s] >= 0 {
			order = append(order, k)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return x.Sites[a] - x.Sites[b] })
	if len(order) == 0 {
		return frank.Unit{}, false
	}
	out := frank.Unit{}
	for _, k := range order {
		out.Sites = append(out.Sites, site[x.Sites[k]])
	}
	for _, joint := range x.Joint {
		row := make([]int, len(order))
		for i, k := range order {
			row[i] = reading[x.Sites[k]][joint[k]]
		}
		out.Joint = append(out.Joint, row)
	}
	slices.SortFunc(out.Joint, slices.Compare[[]int])
	out.Joint = slices.CompactFunc(out.Joint, slices.Equal[[]int])
	choice := make([]int, len(order))
	for i, k := range order {
		choice[i] = u.choice[x.Sites[k]]
	}
	out.Law = u.law(out, choice)
	return out, true
}
