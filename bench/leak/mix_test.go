package leak

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMixShowsWhatItSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "sites")
		k := rapid.IntRange(1, 4).Draw(t, "copies")
		readings := make([]int, n)
		copies := make([][]int, k)
		for s := range readings {
			readings[s] = rapid.IntRange(2, 5).Draw(t, "readings")
			for c := range copies {
				copies[c] = append(copies[c], rapid.IntRange(0, readings[s]-1).Draw(t, "reading"))
			}
		}
		for c := range copies {
			if copies[c] == nil {
				copies[c] = []int{}
			}
		}
		seed := rapid.Uint64().Draw(t, "seed")
		for _, kind := range MixKinds {
			out := Mix(kind, copies, readings, NewRand(seed))
			if !slices.Equal(out, Mix(kind, copies, readings, NewRand(seed))) {
				t.Fatalf("%s: one seed, two mixtures", kind)
			}
			for s, v := range out {
				shown := 0
				count := make([]int, readings[s])
				for _, c := range copies {
					count[c[s]]++
					if c[s] == v {
						shown++
					}
				}
				least, most, kinds := k+1, 0, 0
				for _, c := range count {
					if c > 0 {
						least, most, kinds = min(least, c), max(most, c), kinds+1
					}
				}
				switch {
				case v < 0 || v >= readings[s]:
					t.Fatalf("%s: reading %d of %d", kind, v, readings[s])
				case kind == MixRedraw && kinds > 1 && kinds < readings[s] && shown > 0:
					t.Fatalf("redraw showed a copy's reading where another was free")
				case kind == MixMajority && shown != most, kind == MixMinority && shown != least:
					t.Fatalf("%s: the reading is on %d copies; %d to %d are on one", kind, shown, least, most)
				case kind != MixRedraw && shown == 0, kinds == 1 && shown != k:
					t.Fatalf("%s: a reading that no copy shows", kind)
				}
			}
		}
	})
}

func TestBlocksAreRuns(t *testing.T) {
	const n = 400
	copies := make([][]int, 3)
	for c := range copies {
		copies[c] = make([]int, n)
		for s := range n {
			copies[c][s] = c
		}
	}
	readings := slices.Repeat([]int{3}, n)
	several := 0
	for seed := range uint64(50) {
		out := Mix(MixBlocks, copies, readings, NewRand(seed))
		changes := 0
		for s := 1; s < n; s++ {
			if out[s] != out[s-1] {
				changes++
			}
		}
		if changes > 11 {
			t.Errorf("%d changes", changes)
		}
		if changes >= 2 {
			several++
		}
	}
	if several < 40 {
		t.Errorf("only %d of 50 mixtures had three blocks or more", several)
	}
}
