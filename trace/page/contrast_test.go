package page

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestContrast holds every pair of letters and ground on the page to WCAG AA,
// 4.5 to 1, in the light and the dark colours.
func TestContrast(t *testing.T) {
	pairs := [][2]string{
		{"ink", "paper"}, {"ink", "card"}, {"soft", "paper"}, {"soft", "card"}, {"link", "paper"}, {"accent", "paper"},
		{"ink", "agree"}, {"ink", "differ"}, {"ink", "other"}, {"ink", "two"}, {"ink", "edited"},
		{"agree-ink", "agree"}, {"differ-ink", "differ"}, {"other-ink", "other"}, {"two-ink", "two"}, {"edited-ink", "edited"},
		{"differ-ink", "card"}, {"agree-ink", "card"}, {"two-ink", "card"},
	}
	colours := regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6})`)
	blocks := strings.SplitN(pageCSS, "prefers-color-scheme: dark", 2)
	if len(blocks) != 2 {
		t.Fatal("expected light and dark colours")
	}
	for i, mode := range []string{"light", "dark"} {
		named := map[string]string{}
		for _, m := range colours.FindAllStringSubmatch(blocks[i], -1) {
			named[m[1]] = m[2]
		}
		for _, p := range pairs {
			a, b := luminance(t, named[p[0]]), luminance(t, named[p[1]])
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("%s: expected %s on %s at 4.5 to 1 or more, found %.2f", mode, p[0], p[1], ratio)
			}
		}
	}
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil {
		t.Fatalf("expected a colour, found %q", hex)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		c := float64(n>>(16-8*i)&255) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
