package main

import (
	"fmt"
	"math"
	"math/rand/v2"

	"frank/variant/fit"
)

// given is an example as the network sees it.
type given struct {
	x            []int32
	right, aside bool
}

// network is a network in training: one hidden layer, and a direct way for
// what was counted.
type network struct {
	w1, b1, w2, skip []float64
	bias             float64
}

func newNetwork() *network {
	rng := rand.New(rand.NewPCG(2019, 7))
	n := &network{w1: make([]float64, fit.Inputs*fit.Hidden), b1: make([]float64, fit.Hidden), w2: make([]float64, fit.Hidden), skip: make([]float64, 1+len(fit.Seen))}
	for i := range n.w1 {
		n.w1[i] = rng.NormFloat64() / math.Sqrt(float64(fit.Inputs))
	}
	for i := range n.w2 {
		n.w2[i] = rng.NormFloat64() * 0.2
	}
	n.skip[0] = 1
	return n
}

// train goes over the examples by stochastic gradient descent with steps that
// shrink a weight at a time (AdaGrad), leaving out hidden units at random.
func (n *network) train(examples []given, rounds int) {
	rng := rand.New(rand.NewPCG(7, 2019))
	square := make([]float64, len(n.w1)+len(n.b1)+len(n.w2)+len(n.skip)+1)
	const decay = 1e-4
	for round := range rounds {
		rate := 0.03 / (1 + 0.3*float64(round))
		loss := 0.0
		at := 0
		step := func(w *float64, k int, gradient float64) {
			gradient += decay * *w
			square[k] += gradient * gradient
			*w -= rate * gradient / (math.Sqrt(square[k]) + 0.1)
		}
		for _, e := range rng.Perm(len(examples)) {
			g := &examples[e]
			var h [fit.Hidden]float64
			copy(h[:], n.b1)
			for i, v := range g.x {
				if v != 0 {
					f := float64(v) / 1024
					for j, w := range n.w1[i*fit.Hidden : (i+1)*fit.Hidden] {
						h[j] += f * w
					}
				}
			}
			z := n.bias
			for i, w := range n.skip {
				z += w * float64(g.x[i]) / 1024
			}
			for j := range h {
				if h[j] < 0 || rng.Float64() < 0.3 {
					h[j] = 0
				}
				z += h[j] * n.w2[j]
			}
			p, y := 1/(1+math.Exp(-z)), 0.0
			if g.right {
				y = 1
			}
			loss -= math.Log(math.Max(1e-9, 1-math.Abs(p-y)))
			d := p - y
			at = 0
			var back [fit.Hidden]float64
			for j := range h {
				if h[j] > 0 {
					back[j] = d * n.w2[j]
				}
			}
			for i, v := range g.x {
				if v == 0 {
					continue
				}
				f := float64(v) / 1024
				for j, b := range back {
					if b != 0 {
						step(&n.w1[i*fit.Hidden+j], i*fit.Hidden+j, f*b)
					}
				}
			}
			at = len(n.w1)
			for j, b := range back {
				if b != 0 {
					step(&n.b1[j], at+j, b)
				}
			}
			at += len(n.b1)
			for j := range h {
				step(&n.w2[j], at+j, d*h[j])
			}
			at += len(n.w2)
			for i := range n.skip {
				step(&n.skip[i], at+i, d*float64(g.x[i])/1024)
			}
			step(&n.bias, at+len(n.skip), d)
		}
		fmt.Printf("round %d: loss %.4f\n", round+1, loss/float64(len(examples)))
	}
}

// set gives the weights to a model; what was left out at random in training is
// made up for.
func (n *network) set(m *fit.Model, least int64) {
	m.Set(n.w1, n.b1, n.w2, n.skip, n.bias, least)
}
