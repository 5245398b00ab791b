package fit

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"sync"
)

//go:embed model.gz
var modelFile []byte

// Model is the vectors and the weights.
type Model struct {
	words   []string
	index   map[string]int
	vectors []int8 // Dim a word, in 1/128
	Weights
	least int32 // the score from which a wording is proposed
}

// Weights are a network's, in 1/1024.
type Weights struct {
	w1   []int16 // Hidden an input
	b1   []int16
	w2   []int16
	skip []int16 // of the first inputs
	bias int16
}

// Builtin returns the model that is built in.
var Builtin = sync.OnceValue(func() *Model {
	m, err := Read(modelFile)
	if err != nil {
		panic("the model that is built in cannot be read: " + err.Error()) // a test reads it
	}
	return m
})

// Least is the score from which a wording is proposed.
func (m *Model) Least() int64 { return int64(m.least) }

// Vectors returns a model of vectors alone, to be trained. There are Dim bytes
// a word.
func Vectors(words []string, vectors []int8) *Model {
	m := &Model{words: words, vectors: vectors, index: map[string]int{}}
	for k, w := range words {
		m.index[w] = k
	}
	return m
}

// Set takes the weights of a trained network, as numbers in 1/1024 that are
// clipped to what is kept of them, and the score from which to propose.
func (m *Model) Set(w1, b1, w2, skip []float64, bias float64, least int64) {
	cut := func(in []float64) []int16 {
		out := make([]int16, len(in))
		for k, f := range in {
			out[k] = int16(max(-32000, min(32000, f*one)))
		}
		return out
	}
	m.Weights = Weights{cut(w1), cut(b1), cut(w2), cut(skip), cut([]float64{bias})[0]}
	m.least = int32(least)
}

// Write returns the model as a file.
func (m *Model) Write() ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	list := strings.Join(m.words, "\n")
	for _, v := range []any{uint32(len(list)), []byte(list), m.vectors, m.w1, m.b1, m.w2, m.skip, m.bias, m.least} {
		if err := binary.Write(z, binary.LittleEndian, v); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Read reads a model's file.
func Read(file []byte) (*Model, error) {
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	var n uint32
	if err := binary.Read(z, binary.LittleEndian, &n); err != nil {
		return nil, err
	}
	if n > 1<<22 {
		return nil, fmt.Errorf("the list of words has %d bytes, more than 4 MiB", n)
	}
	list := make([]byte, n)
	if _, err := io.ReadFull(z, list); err != nil {
		return nil, err
	}
	words := strings.Split(string(list), "\n")
	m := Vectors(words, make([]int8, Dim*len(words)))
	m.Weights = Weights{w1: make([]int16, Inputs*Hidden), b1: make([]int16, Hidden), w2: make([]int16, Hidden), skip: make([]int16, base)}
	for _, v := range []any{m.vectors, m.w1, m.b1, m.w2, m.skip, &m.bias, &m.least} {
		if err := binary.Read(z, binary.LittleEndian, v); err != nil {
			return nil, fmt.Errorf("the model is cut short: %w", err)
		}
	}
	return m, nil
}
