//go:build unix

package sequencer_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"frank/ledger/sequencer"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
)

// Durable appends by 512 at once, through the sequencer and by the log library
// alone with the same settings, on the same disk. Compare ns/op.
func BenchmarkAppend(b *testing.B) {
	const writers, batch, age = 512, 256, 5 * time.Millisecond
	dir := b.TempDir()
	s, vkey := key(b)
	run := func(b *testing.B, add func(i int) error) {
		var n atomic.Int64
		b.SetParallelism(writers / 2)
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := add(int(n.Add(1))); err != nil {
					b.Error(err)
				}
			}
		})
		b.StopTimer()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	}
	b.Run("sequencer", func(b *testing.B) {
		l := open(b, filepath.Join(dir, b.Name()), s, sequencer.Options{Policy: policy(b, "log "+vkey+"\nquorum none\n"), BatchAge: age, BatchSize: batch})
		run(b, func(i int) error { _, err := l.Append(context.Background(), leaf(i)); return err })
		l.Close(context.Background())
	})
	b.Run("library", func(b *testing.B) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		driver, err := posix.New(ctx, posix.Config{Path: filepath.Join(dir, b.Name())})
		if err != nil {
			b.Fatal(err)
		}
		a, shutdown, _, err := tessera.NewAppender(ctx, driver, tessera.NewAppendOptions().WithCheckpointSigner(s).WithBatching(batch, age).WithCheckpointInterval(100*time.Millisecond))
		if err != nil {
			b.Fatal(err)
		}
		run(b, func(i int) error {
			c := leaf(i)
			_, err := a.Add(ctx, tessera.NewEntry(c[:]))()
			return err
		})
		shutdown(ctx)
	})
}
