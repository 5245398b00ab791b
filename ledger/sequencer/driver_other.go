//go:build !unix

package sequencer

import (
	"context"
	"errors"
	"net/http"

	"frank"

	"github.com/transparency-dev/tessera"
)

// Able returns nil where a log can be appended to. Elsewhere it is the error of
// [Open] and [Copy].
func Able() error {
	return frank.WithHint(errors.New("a ledger is kept on Linux or macOS, and this is another system"), "run the server there; everything that is not the server works here too")
}

func newDriver(context.Context, string, *http.Client) (tessera.Driver, error) { return nil, Able() }
