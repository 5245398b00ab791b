//go:build unix

package sequencer

import (
	"context"
	"net/http"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
)

// Able returns nil where a log can be appended to. Elsewhere it is the error of
// [Open] and [Copy].
func Able() error { return nil }

// newDriver is the log library's own for a folder. Without a client the
// library's own asks the witnesses.
func newDriver(ctx context.Context, dir string, c *http.Client) (tessera.Driver, error) {
	return posix.New(ctx, posix.Config{Path: dir, HTTPClient: c})
}
