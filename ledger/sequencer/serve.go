package sequencer

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// public are the paths of C2SP tlog-tiles. Nothing else in the folder is shown:
// the log library keeps its own state beside them.
var public = regexp.MustCompile(`^tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/(x[0-9]{3}/){0,5}[0-9]{3}(\.p/([1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5]))?$`)

// ReadTile returns a file of the log by its tlog-tiles path. What is not there,
// or is no such path, is [fs.ErrNotExist].
func (l *Log) ReadTile(_ context.Context, path string) ([]byte, error) {
	if !public.MatchString(path) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	data, err := os.ReadFile(filepath.Join(l.dir, filepath.FromSlash(path)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		if _, gone := os.Stat(filepath.Join(l.dir, filepath.FromSlash(path))); gone != nil { // such as below a file
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		}
	}
	return data, err
}

// Handler serves the log for reading: checkpoint and tile/…, as tlog-tiles
// says. Strip the prefix it is mounted under, such as "/log/".
func (l *Log) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "the ledger is only read here", http.StatusMethodNotAllowed)
			return
		}
		path := strings.TrimPrefix(r.URL.Path, "/")
		kind, cache := "application/octet-stream", "public, max-age=86400"
		read := l.ReadTile
		if strings.Contains(path, ".p/") { // written anew if the process died before it counted
			cache = "no-cache"
		}
		if path == "checkpoint" {
			kind, cache = "text/plain; charset=utf-8", "no-cache"
			read = func(ctx context.Context, _ string) ([]byte, error) { return l.Checkpoint(ctx) }
		}
		data, err := read(r.Context(), path)
		if errors.Is(err, fs.ErrNotExist) {
			http.Error(w, "the ledger has no such file", http.StatusNotFound)
			return
		}
		if err != nil {
			http.Error(w, "the ledger could not be read", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", cache)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Write(data)
	})
}
