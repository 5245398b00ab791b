package log64

import (
	"math"
	"testing"
)

func TestLog2(t *testing.T) {
	for _, x := range []uint64{0, 1, 2, 3, 4, 5, 63, 64, 65, 1000, 1 << 20, 1<<20 + 1, 400_000_000, 1<<63 - 1, 1 << 63, math.MaxUint64} {
		want := 0
		if x > 0 {
			want = int(math.Floor(Bit * math.Log2(float64(x))))
		}
		if got := Log2(x); got > want || got < want-1 {
			t.Errorf("64·log2(%d) is %d, not about %d", x, got, want)
		}
	}
	for x := uint64(1); x < 1<<16; x++ {
		if Log2(x) > Log2(x+1) {
			t.Fatalf("the logarithm falls at %d", x)
		}
	}
}
