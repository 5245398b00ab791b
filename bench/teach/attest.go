package main

import (
	"flag"
	"fmt"
	"os"

	"frank/variant"
)

// attest counts how often every reading of a file of entries stands in the
// corpora, whatever its entry's conditions.
func attest(args []string) error {
	fs := flag.NewFlagSet("attest", flag.ExitOnError)
	stock := fs.String("stock", "", "file of entries")
	fs.Parse(args)
	text, err := os.ReadFile(*stock)
	if err != nil {
		return err
	}
	s, err := variant.ParseStock(string(text))
	if err != nil {
		return err
	}
	u := variant.Usage{}
	if err := eachDocument(fs.Args(), func(_ string, d document) {
		s.Count(d.Text, u)
	}); err != nil {
		return err
	}
	fmt.Print(u)
	return nil
}
