// Teach makes the stock from readings: it draws places from a corpus to be
// read, takes in what a reader found right and wrong at each, and learns the
// conditions under which a wording stands for another.
//
//	go run ./bench/teach sheets -o DIR FILE.jsonl.gz…   places to be read
package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"log"
	"os"
)

func main() {
	commands := map[string]func([]string) error{"sheets": sheets, "tagger": tagger, "learn": learn, "checks": checks, "company": company, "phrases": phrases, "proof": proof, "attest": attest}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		log.Fatal("teach: expected a command: sheets, tagger or learn")
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

func eachDocument(path string, visit func(document)) error {
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
		visit(d)
	}
	return in.Err()
}
