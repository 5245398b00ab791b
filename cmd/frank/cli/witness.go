package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frank"
	"frank/internal/canon"
	"frank/internal/durable"
	"frank/ledger/witness"
	"frank/operate"
)

type witnessCmd struct {
	Folder  string   `arg:"" name:"dir" help:"The witness's folder; made at the first start."`
	Log     []string `required:"" sep:"none" placeholder:"KEY" help:"The key of a ledger to witness, as its policy has it after the word log; more than one may be given."`
	Listen  string   `default:"127.0.0.1:8090" placeholder:"ADDR" help:"Where to answer: host and port, port 0 for any that is free."`
	URL     string   `name:"url" placeholder:"URL" help:"What servers call the witness, if that is not where it listens."`
	Name    string   `placeholder:"NAME" help:"At the first start: the witness's name, such as witness.example. It stays for good."`
	TLSCert string   `name:"tls-cert" placeholder:"FILE" help:"The certificate, PEM."`
	TLSKey  string   `name:"tls-key" placeholder:"FILE" help:"Its key, PEM."`
	JSON    bool     `name:"json" help:"Write what it listens on as JSON, one line."`
}

func (*witnessCmd) Help() string {
	return `Cosigns the heads of ledgers until ctrl-C or SIGTERM, by C2SP tlog-witness: it signs that it saw a head, and never two that do not continue each other. It belongs on a machine of somebody other than who runs the server: with it, the server cannot show two people two ledgers.

It prints the line that names it in a ledger's policy. What it remembers is in its folder and must never be set back, as by restoring a backup: a witness that has lost its memory begins anew, in a new folder, with a new key.

Example: frank witness witness --log frank.example/ledger+2f9c…+AT… --name witness.example`
}

func (cmd *witnessCmd) Run(r *run) error {
	if (cmd.TLSCert == "") != (cmd.TLSKey == "") {
		return usagef("--tls-cert and --tls-key go together")
	}
	private, public, first, err := cmd.key(r)
	if err != nil {
		return err
	}
	waits := time.AfterFunc(2*time.Second, func() { r.note("another witness has %s open: waiting for it to stop", cmd.Folder) })
	w, err := witness.Open(filepath.Join(r.path(cmd.Folder), "heads"), private, cmd.Log...)
	waits.Stop()
	if err != nil {
		if _, ok := errors.AsType[*fs.PathError](err); ok {
			return fileError(cmd.Folder, err)
		}
		return frank.WithHint(err, "--log takes what stands after the word log in the ledger's policy")
	}
	defer w.Close()
	certificate, err := r.certificate(cmd.TLSCert, cmd.TLSKey)
	if err != nil {
		return err
	}
	l, err := listen(cmd.Listen, certificate != nil)
	if err != nil {
		return err
	}
	defer l.Close()
	called := cmd.URL
	if called == "" {
		called = address(l.Addr(), certificate != nil)
	}
	where := filepath.Join(r.path(cmd.Folder), operate.AddressFile)
	if err := durable.WriteFile(where, []byte(called+"\n"), 0o644); err != nil {
		return fileError(cmd.Folder, err)
	}
	defer os.Remove(where)
	name, _, _ := strings.Cut(public, "+")
	line := fmt.Sprintf("witness %s %s %s", name, public, called)
	if cmd.JSON {
		fmt.Fprintf(r.out, "%s\n", canon.Marshal(struct {
			URL    string `json:"url"`
			Listen string `json:"listen"`
			Key    string `json:"key"`
			Policy string `json:"policy"`
			First  bool   `json:"first"`
		}{called, l.Addr().String(), public, line, first}))
	} else {
		if first {
			fmt.Fprintf(r.out, "the witness %s begins; its key is %s\nin a policy: %s\n", name, public, line)
		}
		fmt.Fprintf(r.out, "listening on %s, called %s\n", l.Addr(), called)
	}
	h := &http.Server{Handler: w, TLSConfig: certificate, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: 20 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10}
	stop := context.AfterFunc(r, func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context), 5*time.Second)
		defer cancel()
		h.Shutdown(ctx)
	})
	defer stop()
	if certificate != nil {
		err = h.ServeTLS(l, "", "")
	} else {
		err = h.Serve(l)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// key reads the witness's key, and makes it at the first start.
func (cmd *witnessCmd) key(r *run) (private, public string, first bool, err error) {
	dir := r.path(cmd.Folder)
	path := filepath.Join(dir, operate.KeyFile)
	data, err := os.ReadFile(path)
	if err == nil {
		private, public, _ = strings.Cut(strings.TrimSpace(string(data)), "\n")
		if name, _, _ := strings.Cut(public, "+"); cmd.Name != "" && cmd.Name != name {
			return "", "", false, frank.WithHint(fmt.Errorf("the witness in %s is %s, not %s", cmd.Folder, name, cmd.Name), "a witness keeps its name; leave --name away, or name another folder")
		}
		return private, public, false, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", "", false, fileError(cmd.Folder, err)
	}
	name := cmd.Name
	if name == "" {
		name = operate.NewOrigin()
	}
	if private, public, err = witness.NewKey(name); err != nil {
		return "", "", false, err
	}
	if err = os.MkdirAll(dir, 0o700); err == nil {
		err = durable.CreateFile(path, []byte(private+"\n"+public+"\n"), 0o600)
	}
	if err != nil {
		err = fileError(cmd.Folder, err)
	}
	return private, public, true, err
}
