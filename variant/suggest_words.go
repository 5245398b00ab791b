package variant

import (
	"slices"
	"strings"
)

// weightTable lists words that say who, how many, how much, how surely, how
// soon, or what somebody thinks and does about it. A suggested reading must
// have as many of each line as the author's wording: the words of one line
// pass for one another, those of two lines never do. Verbs are given in their
// base form and stand for all forms.
const weightTable = `
we us our ours ourselves
i me my mine myself
you your yours yourself
he him his himself
she her hers herself
they them their theirs themselves
who whom whose
can
could
may
might
will
would
shall
should
must
ought
need
one
two couple
three
four
five
six
seven
eight
nine
ten
dozen
hundred hundreds
thousand thousands
million millions
billion billions
half halves
double twice
quarter
first firstly
second secondly
third thirdly
last
next
former
latter
all
every
each
any
some
many
much
most
more
less fewer
least
few
little
several
both
enough
sufficient sufficiently
numerous
majority
minority
only solely
merely
just
even
approximately roughly
nearly almost
very
extremely highly
quite
rather
fairly
somewhat
slightly
entirely wholly completely fully
partly partially
mainly chiefly largely mostly principally
particularly especially
increasingly
perhaps
possibly possible
probably probable
likely
unlikely
certainly certain
clearly clear
evidently evident
apparently apparent
reportedly
allegedly alleged
obviously obvious
doubtless
surely sure
always
often frequently
usually normally generally
sometimes occasionally
rarely seldom
hardly scarcely
barely
soon shortly
immediately instantly
urgently urgent
promptly
eventually
already
still
yet
now
again
today
tomorrow
yesterday
recently lately
previously
early
earlier
late
later
long
longer
if
unless
until till
before
after
although though
because
except
whether
unable
able
lack lacking
impossible
important
serious seriously
grave gravely
critical
essential
necessary
vital
V think
V believe
V consider
V know
V suspect
V doubt
V fear
V hope
V expect
V assume
V suppose
V understand
V wish
V want
V intend
V plan
V seem appear
V claim
V insist
V admit
V acknowledge
V concede
V deny
V assert
V warn
V threaten
V promise
V propose
V suggest
V recommend
V urge
V ask
V request
V demand
V order
V support
V oppose
V reject
V refuse
V decline
V fail
V avoid
V prevent
V decide
V confirm
V increase
V reduce
V welcome
V regret
V condemn
`

// weights maps a word to the line of the table that it stands in.
var weights = lazy(func() map[string]string {
	m := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(weightTable), "\n") {
		f := strings.Fields(line)
		if f[0] != "V" {
			for _, w := range f {
				m[w] = f[0]
			}
			continue
		}
		for _, v := range f[1:] {
			for _, w := range []form{base, third, past, perfect, gerund} {
				m[inflect(v, w)] = f[1]
			}
		}
	}
	return m
})

// weighty lists what the words of p weigh, in alphabetical order: a reading may
// put them in another place.
func (p phrase) weighty() []string {
	var out []string
	for i := range p.tok {
		if p.word(i) == "order" && p.word(i-1) == "in" {
			continue // in order to
		}
		if w := weights()[p.word(i)]; w != "" {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}
