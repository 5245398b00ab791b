package odds

import (
	"math"
	"math/rand/v2"
	"testing"

	"frank"
)

// Down to 1e-10, the certified tail agrees with draws from exponentially tilted
// laws, weighted back, within three standard errors.
func TestTailAgreesWithTiltedDraws(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	const draws = 50_000
	checked := 0
	for _, want := range []float64{1e-2, 1e-4, 1e-6, 1e-8, 1e-10} {
		// 60 units of two to five readings and four survivals.
		var units [][]point
		var scores [][]int32
		var laws [][]uint64
		var top int64
		for u := range 60 {
			n := 2 + u%4
			unit := Unit{Law: frank.Uniform(n), Sites: []Site{{Readings: n, Printed: 1, Keep: []uint32{60000 - uint32(u%5)*5000}, Agree: make([]bool, n)}}}
			unit.Sites[0].Agree[r.IntN(n)] = true
			s := unit.table(0, alone, nil).score
			tp, p := points(s, unit.Law)
			units, scores, laws, top = append(units, p), append(scores, s), append(laws, unit.Law), top+int64(tp)
		}
		// The tilt under which a score of about this chance is the mean.
		theta := 0.0
		mean := func(theta float64) (m, logMGF float64) {
			for u := range scores {
				var z, zs float64
				for j, s := range scores[u] {
					w := float64(laws[u][j]) / frank.LawScale * math.Exp(theta*float64(s))
					z += w
					zs += w * float64(s)
				}
				m += zs / z
				logMGF += math.Log(z)
			}
			return m, logMGF
		}
		for low, high := 0.0, 1.0; high-low > 1e-6; {
			theta = (low + high) / 2
			if m, l := mean(theta); l-theta*m < math.Log(want)+2 { // the saddle point's exponent
				high = theta
			} else {
				low = theta
			}
		}
		m, logMGF := mean(theta)
		at := int64(m)
		upto := make([][]float64, len(scores)) // the tilted laws, summed up
		for u := range scores {
			z := 0.0
			for j, x := range scores[u] {
				z += float64(laws[u][j]) * math.Exp(theta*float64(x))
				upto[u] = append(upto[u], z)
			}
			for j := range upto[u] {
				upto[u][j] /= z
			}
		}
		var sum, squares float64
		for range draws {
			var s int64
			for u := range scores {
				j, x := 0, r.Float64()
				for j < len(scores[u])-1 && x >= upto[u][j] {
					j++
				}
				s += int64(scores[u][j])
			}
			if s >= at {
				w := math.Exp(logMGF - theta*float64(s))
				sum += w
				squares += w * w
			}
		}
		estimate := sum / draws
		se := math.Sqrt((squares/draws - estimate*estimate) / draws)
		exact, _ := convolve(units, top, int32(top-at)).at(at).Rat().Float64()
		t.Logf("exact %.4e, tilted %.4e ± %.1e", exact, estimate, se)
		if math.Abs(exact-estimate) > 3*se {
			t.Errorf("the tail is %.4e; tilted draws give %.4e ± %.1e", exact, estimate, se)
		}
		if exact < 20*want && exact > want/1000 {
			checked++
		}
	}
	if checked != 5 {
		t.Errorf("only %d of 5 tails were near the chances asked for", checked)
	}
}
