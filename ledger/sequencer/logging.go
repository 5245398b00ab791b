package sequencer

import (
	"context"
	"log/slog"
	"sync/atomic"

	"k8s.io/klog/v2"
)

// messages is where the log library's messages go. The library has one place
// for all logs of a process, to be set before any of them runs.
var messages atomic.Pointer[slog.Logger]

func init() {
	messages.Store(slog.New(slog.DiscardHandler))
	klog.SetSlogLogger(slog.New(forward{}))
}

// forward hands on to messages.
type forward struct{}

func (forward) Enabled(ctx context.Context, l slog.Level) bool {
	return messages.Load().Handler().Enabled(ctx, l)
}

func (forward) Handle(ctx context.Context, r slog.Record) error {
	return messages.Load().Handler().Handle(ctx, r)
}

func (forward) WithAttrs(a []slog.Attr) slog.Handler { return messages.Load().Handler().WithAttrs(a) }
func (forward) WithGroup(s string) slog.Handler      { return messages.Load().Handler().WithGroup(s) }
