package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"

	"frank/variant/fit"
)

// vectorsOf reads the vectors of the words of a list of groups and turns them
// to the directions in which they differ most, of which fit.Dim are kept
// (principal components, by orthogonal iteration).
func vectorsOf(path, groups string) (*fit.Model, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct{ Vectors map[string][]float64 }
	if err := json.Unmarshal(raw, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	list, err := os.ReadFile(groups)
	if err != nil {
		return nil, err
	}
	var words []string
	var rows [][]float64
	for _, line := range strings.Split(string(list), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, w := range strings.Fields(line) {
			v := file.Vectors[w]
			if len(v) < 100 {
				return nil, fmt.Errorf("%s: there is no vector for %q", path, w)
			}
			v = unit(v[:100])
			words, rows = append(words, w), append(rows, v)
		}
	}
	var moment [100][100]float64
	for _, v := range rows {
		for i := range v {
			for j := range v {
				moment[i][j] += v[i] * v[j]
			}
		}
	}
	axes := make([][]float64, fit.Dim)
	for k := range axes {
		axes[k] = make([]float64, 100)
		axes[k][k] = 1
	}
	for range 200 {
		for k, a := range axes {
			next := make([]float64, 100)
			for i := range next {
				for j := range a {
					next[i] += moment[i][j] * a[j]
				}
			}
			for _, b := range axes[:k] {
				d := dot(next, b)
				for i := range next {
					next[i] -= d * b[i]
				}
			}
			axes[k] = unit(next)
		}
	}
	vectors := make([]int8, 0, len(words)*fit.Dim)
	for _, v := range rows {
		turned := make([]float64, fit.Dim)
		for k, a := range axes {
			turned[k] = dot(v, a)
		}
		for _, x := range unit(turned) {
			vectors = append(vectors, int8(math.Round(max(-127, min(127, 128*x)))))
		}
	}
	return fit.Vectors(words, vectors), nil
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

func unit(v []float64) []float64 {
	n := math.Sqrt(dot(v, v)) + 1e-12
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = x / n
	}
	return out
}
