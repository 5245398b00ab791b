package main

import (
	"context"
	"errors"
	"net"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/mod/sumdb/note"

	"frank/server"
	"frank/store/sqlite"
)

// serve is the server's process: the store, the log and the service as they
// come, all limits and settings those of the packages.
func serve(ctx context.Context, dir string) error {
	ctx, cancel := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer cancel()
	s, err := readSetup(dir)
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(s.LogKey)
	if err != nil {
		return err
	}
	st, err := sqlite.Open(filepath.Join(dir, "store"))
	if err != nil {
		return err
	}
	srv, err := server.Open(ctx, server.Config{Store: st, LogDir: filepath.Join(dir, "log"), Signer: signer, Policy: s.Policy, Origins: []string{"http://" + s.Addr}})
	if err != nil {
		return errors.Join(err, st.Close())
	}
	l, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return err
	}
	err = srv.Serve(ctx, l, nil)
	last, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	return errors.Join(err, srv.Close(last), st.Close())
}
