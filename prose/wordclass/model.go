package wordclass

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"sync"
)

// buckets is how many rows of weights there are; features share them by hash.
const buckets = 1 << 16

//go:embed model.gz
var modelFile []byte

type model struct{ weights []int8 } // buckets rows of Count

var load = sync.OnceValue(func() *model {
	m, err := read(modelFile)
	if err != nil {
		panic("the model that is built in cannot be read: " + err.Error()) // a test reads it
	}
	return m
})

func read(file []byte) (*model, error) {
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	if len(raw) != buckets*int(Count) {
		return nil, fmt.Errorf("the model has %d weights, not %d", len(raw), buckets*int(Count))
	}
	m := &model{make([]int8, len(raw))}
	for i, b := range raw {
		m.weights[i] = int8(b)
	}
	return m, nil
}
