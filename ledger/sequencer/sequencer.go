// Package sequencer appends to a ledger's log and publishes it: C2SP
// tlog-tiles in a folder, by the log library's own POSIX driver. What it has
// acknowledged is on the disk, whatever happens to the process afterwards;
// opening again after a crash is opening. Where there is no such driver, logs are
// only read: see [Able].
package sequencer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"frank"
	"frank/internal/durable"
	"frank/ledger"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/tessera"
	"golang.org/x/mod/sumdb/note"
)

// Options are a log's settings; zero values are replaced by the ones named.
type Options struct {
	Policy         *ledger.Policy // the log and its witnesses; must list the signer's key
	Interval       time.Duration  // a checkpoint at most this often; 200 ms, at least 100 ms
	Republish      time.Duration  // witnesses are asked again for an unchanged head after this; 30 s
	BatchAge       time.Duration  // an entry waits for others at most this long; 5 ms
	BatchSize      uint           // entries written together; 256
	WitnessTimeout time.Duration  // 3 s; then the checkpoint is published without, and clients see that
	Client         *http.Client   // asks the witnesses; one that follows no redirection
	Logger         *slog.Logger   // where the log library's messages of this whole process go, which hold no content; nil changes nothing, at first they are dropped
}

func (o *Options) fill() {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	set(&o.Interval, 200*time.Millisecond)
	set(&o.Republish, max(30*time.Second, o.Interval))
	set(&o.BatchAge, 5*time.Millisecond)
	set(&o.WitnessTimeout, 3*time.Second)
	if o.BatchSize == 0 {
		o.BatchSize = 256
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: o.WitnessTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
}

// Log is a log that this process appends to. Its methods may be called
// concurrently.
type Log struct {
	dir      string
	signer   note.Signer
	policy   *ledger.Policy
	appender *tessera.Appender
	reader   tessera.LogReader
	shutdown func(context.Context) error
	cancel   context.CancelFunc
	unlock   func()
	gate     gate
	writing  atomic.Int64  // entries handed to the log library that it has not answered for
	done     chan struct{} // closed when nothing more can be appended
	close    sync.Once
}

// ErrClosed is the error of a log that was closed.
var ErrClosed = errors.New("the ledger is closed")

// Open opens the log in dir, or begins one there. It waits until no other
// process has it open. The signer is the log's Ed25519 key, named by its
// origin. Close it when done; being killed instead loses nothing.
func Open(ctx context.Context, dir string, signer note.Signer, o Options) (*Log, error) {
	if o.Policy == nil || !signs(o.Policy, signer) {
		return nil, errors.New("the ledger's policy does not list the key that would sign its checkpoints")
	}
	if err := Able(); err != nil {
		return nil, err
	}
	o.fill()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	unlock, err := lock(ctx, filepath.Join(dir, ".lock"))
	if err != nil {
		return nil, err
	}
	if o.Logger != nil {
		messages.Store(o.Logger)
	}
	l := &Log{dir: dir, signer: signer, policy: o.Policy, unlock: unlock, done: make(chan struct{})}
	if err := l.touch(); err != nil {
		unlock()
		return nil, err
	}
	options := tessera.NewAppendOptions().WithCheckpointSigner(signer).
		WithBatching(o.BatchSize, o.BatchAge).
		WithCheckpointInterval(o.Interval).
		WithCheckpointRepublishInterval(o.Republish)
	if o.Policy.AsksWitnesses() {
		options.WithWitnesses(tessera.NewWitnessGroup(1, quorum{o.Policy}), &tessera.WitnessOptions{Timeout: o.WitnessTimeout, FailOpen: true})
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	driver, err := newDriver(run, dir, o.Client)
	if err == nil {
		l.appender, l.shutdown, l.reader, err = tessera.NewAppender(run, driver, options)
	}
	if err != nil {
		cancel()
		unlock()
		return nil, fmt.Errorf("the ledger could not be opened: %w", err)
	}
	l.cancel = cancel
	go l.watchClock()
	return l, nil
}

// watchClock calls touch until the log is closed.
func (l *Log) watchClock() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			l.touch() // if it cannot, it is tried again
		case <-l.done:
			return
		}
	}
}

// signs reports whether checkpoints by signer count under p.
func signs(p *ledger.Policy, signer note.Signer) bool {
	head := ledger.Empty()
	text, err := note.Sign(&note.Note{Text: string(log.Checkpoint{Origin: signer.Name(), Hash: head.Root[:]}.Marshal())}, signer)
	if err != nil {
		return false
	}
	_, err = p.Verify(text)
	return err == nil
}

// lock is durable.Lock that gives up with ctx.
func lock(ctx context.Context, path string) (func(), error) {
	type result struct {
		unlock func()
		err    error
	}
	c := make(chan result, 1)
	go func() {
		u, err := durable.Lock(path)
		c <- result{u, err}
	}()
	select {
	case r := <-c:
		return r.unlock, r.err
	case <-ctx.Done():
		go func() {
			if r := <-c; r.err == nil {
				r.unlock()
			}
		}()
		return nil, fmt.Errorf("the ledger is open in another process: %w", ctx.Err())
	}
}

// touch keeps a clock that was set back from holding up publication: the log
// library takes the checkpoint file's time for when it last published.
func (l *Log) touch() error {
	path := filepath.Join(l.dir, "checkpoint")
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && time.Until(info.ModTime()) > time.Second {
		err = os.Chtimes(path, time.Now(), time.Now())
	}
	return err
}

// Append appends a commitment and returns its index. When it returns without
// error the entry is on the disk and in the tree, at that index for good; a
// checkpoint that covers it follows. With an error it may or may not have been
// appended, under an index that is nobody else's.
func (l *Log) Append(ctx context.Context, c frank.Hash) (uint64, error) {
	if err := l.gate.enter(ctx); err != nil {
		return 0, err
	}
	defer l.gate.leave()
	return l.add(ctx, c)
}

func (l *Log) add(ctx context.Context, c frank.Hash) (uint64, error) {
	type result struct {
		index tessera.Index
		err   error
	}
	ch := make(chan result, 1)
	f := l.appender.Add(context.WithoutCancel(ctx), tessera.NewEntry(c[:]))
	l.writing.Add(1)
	go func() {
		i, err := f()
		l.writing.Add(-1)
		ch <- result{i, err}
	}()
	select {
	case r := <-ch:
		if r.err != nil {
			return 0, fmt.Errorf("the ledger could not append: %w", r.err)
		}
		return r.index.Index, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-l.done:
		return 0, ErrClosed
	}
}

// AppendFirst appends the first entry of an issue and returns its index and a
// checkpoint that covers it, witnessed if the policy asks for witnesses and
// they answer before ctx ends. Until the first checkpoint that covers it is
// out, so few others are let in that it lies in [ledger.Window].
//
// If ctx ends while the entry stands, index and the error of ctx are returned,
// and the checkpoint that covers it, not witnessed, or nil.
func (l *Log) AppendFirst(ctx context.Context, c frank.Hash) (uint64, []byte, error) {
	release, err := l.gate.hold(ctx)
	if err != nil {
		return 0, nil, err
	}
	defer release()
	index, err := l.add(ctx, c)
	l.gate.leave()
	if err != nil {
		return 0, nil, err
	}
	cp, err := l.wait(ctx, index, false)
	release()
	if err == nil && l.policy.AsksWitnesses() {
		var better []byte
		if better, err = l.wait(ctx, index, true); better != nil {
			cp = better
		}
	}
	return index, cp, err
}

// WaitPublished returns a checkpoint that covers index, the first it sees.
func (l *Log) WaitPublished(ctx context.Context, index uint64) ([]byte, error) {
	return l.wait(ctx, index, false)
}

func (l *Log) wait(ctx context.Context, index uint64, witnessed bool) ([]byte, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var last []byte
	for {
		data, err := l.Checkpoint(ctx)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(data, last) {
			last = data
			c, err := l.policy.Verify(data)
			if err != nil {
				return nil, err
			}
			if c.Size > index && (c.Witnessed || !witnessed) {
				return data, nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-l.done:
			return nil, ErrClosed
		}
	}
}

// Checkpoint returns the last checkpoint published.
func (l *Log) Checkpoint(ctx context.Context) ([]byte, error) { return l.reader.ReadCheckpoint(ctx) }

// Size returns how many entries are appended, published or not.
func (l *Log) Size(ctx context.Context) (uint64, error) { return l.reader.IntegratedSize(ctx) }

// Receipt promises, in the log's name, that a commitment stands at an index.
// Give it only for what Append returned.
func (l *Log) Receipt(index uint64, c frank.Hash) ([]byte, error) {
	return ledger.SignReceipt(l.signer, index, c)
}

// Close lets what was appended be published, until ctx ends, and stops.
func (l *Log) Close(ctx context.Context) error {
	err := ErrClosed
	l.close.Do(func() {
		l.gate.shut()
		// Entries whose callers have gone are written too, and not after this.
		for l.writing.Load() > 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		err = l.shutdown(ctx)
		close(l.done)
		l.cancel()
		l.unlock()
	})
	return err
}
