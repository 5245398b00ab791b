package main

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

// phrases lists the runs of two to five words that stand in most documents
// where nothing is proposed yet, with how many, for entries to be written on.
func phrases(args []string) error {
	fs := flag.NewFlagSet("phrases", flag.ExitOnError)
	out := fs.String("o", "", "file to write")
	least := fs.Int("least", 12, "documents a phrase must stand in")
	fs.Parse(args)
	in := map[string]int{}
	if err := eachDocument(fs.Args(), func(_ string, d document) {
		seen := map[string]bool{}
		open := openTokens(d.Text)
		for i := range open {
			if open[i].norm == "" {
				continue
			}
			g := open[i].norm
			for n := 2; n <= 5 && i+n <= len(open) && open[i+n-1].norm != "" && open[i+n-1].joined; n++ {
				g += " " + open[i+n-1].norm
				seen[g] = true
			}
		}
		for g := range seen {
			in[g]++
		}
	}); err != nil {
		return err
	}
	var list []string
	for g, n := range in {
		if n >= *least && phrased(g) {
			list = append(list, g)
		}
	}
	// What nearly always stands in a longer one is told by that.
	longer := map[string]int{}
	for _, g := range list {
		f := strings.Fields(g)
		for _, part := range []string{strings.Join(f[1:], " "), strings.Join(f[:len(f)-1], " ")} {
			longer[part] = max(longer[part], in[g])
		}
	}
	list = slices.DeleteFunc(list, func(g string) bool { return 10*longer[g] >= 8*in[g] })
	slices.SortFunc(list, func(a, b string) int {
		return cmp.Or(cmp.Compare(in[b], in[a]), cmp.Compare(a, b))
	})
	f, err := os.Create(*out)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	for _, g := range list {
		fmt.Fprintf(w, "%d %s\n", in[g], g)
	}
	return w.Flush()
}

// phrased reports a run of words worth writing an entry on: not a piece of
// grammar, nor an article or conjunction at its end.
func phrased(g string) bool {
	f := strings.Fields(g)
	ends := " the a an and or of that is are was were be as his its their our my your this which i it we he they "
	if strings.Contains(ends, " "+f[len(f)-1]+" ") && len(f) < 4 || strings.Contains(" the a an and or of ", " "+f[0]+" ") && len(f) < 3 {
		return false
	}
	open := 0
	for _, w := range f {
		if !grammar[w] && !strings.ContainsAny(w, "0123456789") {
			open++
		}
	}
	return open > 0
}
