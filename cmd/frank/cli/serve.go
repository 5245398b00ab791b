package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"frank"
	"frank/internal/canon"
	"frank/internal/durable"
	"frank/ledger"
	"frank/ledger/sequencer"
	"frank/operate"
	"frank/server"
	"frank/store"
	"frank/store/sqlite"
)

type serveCmd struct {
	Folder  string   `arg:"" name:"dir" help:"The server's folder; made at the first start."`
	Listen  string   `default:"127.0.0.1:8080" placeholder:"ADDR" help:"Where to answer: host and port, port 0 for any that is free."`
	URL     []string `name:"url" sep:"none" placeholder:"URL" help:"What clients call the server, if that is not where it listens, such as https://frank.example; more than one may be given."`
	Origin  string   `placeholder:"NAME" help:"At the first start: the ledger's name, such as frank.example/ledger. It stays for good."`
	Policy  string   `placeholder:"FILE" help:"At the first start: a policy whose witnesses and quorum are taken over."`
	TLSCert string   `name:"tls-cert" placeholder:"FILE" help:"The certificate, PEM. It is read again when it changes."`
	TLSKey  string   `name:"tls-key" placeholder:"FILE" help:"Its key, PEM."`
	Metrics string   `placeholder:"ADDR" help:"Where to answer Prometheus, on this machine."`
	Mail    string   `name:"mail-server" placeholder:"HOST:PORT" help:"The mail server for notices, by STARTTLS unless it is on this machine."`
	From    string   `name:"mail-from" placeholder:"ADDRESS" help:"Whom notices are from."`
	JSON    bool     `name:"json" help:"Write what it listens on as JSON, one line."`
}

func (*serveCmd) Help() string {
	return `Runs the exchange's server until ctrl-C or SIGTERM. It keeps what is sealed, enters in the ledger what is stated, and can read nothing of a dispatch. Everything is in the folder; nothing has to be installed.

The first start makes the ledger's key and the policy file that frank org create takes: the key by which everybody checks the ledger, and the witnesses. Name witnesses in it before the organisation is founded; afterwards the policy stands in the ledger and is changed there. Without a certificate only this machine's own addresses are served. While it runs, the file address in the folder says where.

Example: frank serve /var/lib/frank --listen :443 --url https://frank.example --tls-cert cert.pem --tls-key key.pem`
}

func (cmd *serveCmd) Run(r *run) error {
	if (cmd.TLSCert == "") != (cmd.TLSKey == "") {
		return usagef("--tls-cert and --tls-key go together")
	}
	if (cmd.Mail == "") != (cmd.From == "") {
		return usagef("--mail-server and --mail-from go together")
	}
	if err := sequencer.Able(); err != nil {
		return err
	}
	dir := r.path(cmd.Folder)
	f, first, err := cmd.folder(r, dir)
	if err != nil {
		return err
	}
	certificate, err := r.certificate(cmd.TLSCert, cmd.TLSKey)
	if err != nil {
		return err
	}
	l, err := listen(cmd.Listen, certificate != nil)
	if err != nil {
		return err
	}
	defer l.Close()
	origins, err := cmd.origins(l.Addr(), certificate != nil)
	if err != nil {
		return err
	}
	var metrics net.Listener
	if cmd.Metrics != "" {
		if metrics, err = listen(cmd.Metrics, false); err != nil {
			return err
		}
		defer metrics.Close()
	}
	st, err := sqlite.Open(f.Store())
	if errors.Is(err, store.ErrBusy) {
		return frank.WithHint(fmt.Errorf("a server runs in %s already", cmd.Folder), "stop it first; a second one needs a folder of its own")
	}
	if err != nil {
		return fileError(cmd.Folder, err)
	}
	defer st.Close()
	s, err := server.Open(r, server.Config{Store: st, LogDir: f.Log(), Signer: f.Signer, Policy: f.Policy.Text(), Origins: origins, Version: Version, Founding: f.Setup,
		Mail: cmd.mail(), Logger: slog.New(slog.NewJSONHandler(r.Stderr, nil))})
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context), 15*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			r.note("the server did not stop in order: %v; nothing that was acknowledged is lost", err)
		}
	}()
	if s.Size() > 0 {
		if err := f.Founded(); err != nil {
			return fileError(cmd.Folder, err)
		}
	}
	address := filepath.Join(dir, operate.AddressFile)
	if err := durable.WriteFile(address, []byte(origins[0]+"\n"), 0o644); err != nil {
		return fileError(cmd.Folder, err)
	}
	defer os.Remove(address)
	cmd.say(r, f, first, origins[0], l.Addr(), metrics)

	ctx, stop := context.WithCancel(r)
	defer stop()
	var work sync.WaitGroup
	defer work.Wait()
	if metrics != nil {
		work.Go(func() {
			if err := s.ServeMetrics(ctx, metrics); err != nil {
				r.note("metrics: %v", err)
			}
		})
	}
	err = s.Serve(ctx, l, certificate)
	stop()
	return err
}

// folder opens the server's folder, and makes it at the first start.
func (cmd *serveCmd) folder(r *run, dir string) (f *operate.Folder, first bool, err error) {
	f, err = operate.Open(dir)
	switch {
	case err == nil:
		if cmd.Origin != "" && cmd.Origin != f.Signer.Name() {
			return nil, false, frank.WithHint(fmt.Errorf("the ledger in %s is %s, not %s", cmd.Folder, f.Signer.Name(), cmd.Origin), "a ledger keeps its name; leave --origin away, or name another folder")
		}
		if cmd.Policy != "" {
			return nil, false, frank.WithHint(fmt.Errorf("the server in %s has a policy already", cmd.Folder), "edit its file %s before the organisation is founded; afterwards the policy is changed in the ledger", filepath.Join(cmd.Folder, operate.PolicyFile))
		}
		if f.Open {
			r.note("others may read the ledger's key: make %s readable to the server alone", filepath.Join(cmd.Folder, operate.KeyFile))
		}
		return f, false, nil
	case !errors.Is(err, operate.ErrNone):
		return nil, false, fileError(cmd.Folder, err)
	}
	var policy []byte
	if cmd.Policy != "" {
		if policy, err = r.readFile(cmd.Policy, ledger.MaxPolicy); err != nil {
			return nil, false, err
		}
	}
	origin := cmd.Origin
	if origin == "" {
		origin = operate.NewOrigin()
	}
	f, err = operate.Create(dir, origin, policy)
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		err = fileError(cmd.Folder, err)
	}
	return f, true, err
}

// origins are what clients call the server by; the first is shown.
func (cmd *serveCmd) origins(a net.Addr, secure bool) ([]string, error) {
	for _, o := range cmd.URL {
		u, err := url.Parse(o)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Scheme+"://"+u.Host != o {
			return nil, frank.WithHint(usagef("--url takes what clients call, not %q", o), "for example --url https://frank.example, without a path")
		}
	}
	if len(cmd.URL) > 0 {
		return cmd.URL, nil
	}
	return []string{address(a, secure)}, nil
}

func (cmd *serveCmd) mail() *server.Mail {
	if cmd.Mail == "" {
		return nil
	}
	host, _, _ := net.SplitHostPort(cmd.Mail)
	ip := net.ParseIP(host)
	return &server.Mail{Server: cmd.Mail, From: cmd.From, Plain: host == "localhost" || ip != nil && ip.IsLoopback()}
}

// say prints what whoever started the server needs to know.
func (cmd *serveCmd) say(r *run, f *operate.Folder, first bool, called string, a net.Addr, metrics net.Listener) {
	policy := filepath.Join(cmd.Folder, operate.PolicyFile)
	where := ""
	if metrics != nil {
		where = "http://" + metrics.Addr().String() + "/metrics"
	}
	if cmd.JSON {
		fmt.Fprintf(r.out, "%s\n", canon.Marshal(struct {
			URL     string `json:"url"`
			Listen  string `json:"listen"`
			Metrics string `json:"metrics,omitempty"`
			Origin  string `json:"origin"`
			Key     string `json:"key"`
			Policy  string `json:"policy"`
			First   bool   `json:"first"`
			Setup   string `json:"setup_code,omitempty"`
		}{called, a.String(), where, f.Signer.Name(), f.Key, policy, first, f.Setup}))
		return
	}
	if first {
		fmt.Fprintf(r.out, "the ledger %s begins; its key is in %s\n", f.Signer.Name(), filepath.Join(cmd.Folder, operate.KeyFile))
		fmt.Fprintf(r.out, "policy %s\n", policy)
	}
	if f.Setup != "" {
		fmt.Fprintf(r.out, "setup code %s: with it, frank org create founds the organisation\n", f.Setup)
	}
	fmt.Fprintf(r.out, "listening on %s, called %s\n", a, called)
	if where != "" {
		fmt.Fprintf(r.out, "metrics %s\n", where)
	}
}

// listen opens an address; without TLS only one of this machine's own.
func listen(where string, secure bool) (net.Listener, error) {
	l, err := net.Listen("tcp", where)
	if err != nil {
		if e, ok := errors.AsType[*net.OpError](err); ok {
			err = e.Err
		}
		return nil, frank.WithHint(fmt.Errorf("it cannot listen on %s: %w", where, err), "is another program there? an address is host and port, such as 127.0.0.1:8080")
	}
	if a, ok := l.Addr().(*net.TCPAddr); !secure && (!ok || !a.IP.IsLoopback()) {
		l.Close()
		return nil, frank.WithHint(fmt.Errorf("expected a certificate to serve %s, found none", where), "give --tls-cert and --tls-key; without them only this machine's own addresses are served")
	}
	return l, nil
}

// address is what a listener is called from this machine.
func address(a net.Addr, secure bool) string {
	scheme := "http"
	if secure {
		scheme = "https"
	}
	host := a.String()
	if t, ok := a.(*net.TCPAddr); ok && t.IP.IsUnspecified() {
		host = fmt.Sprintf("localhost:%d", t.Port)
	}
	return scheme + "://" + host
}

// certificate serves the certificate in two files, as they are at the time: a
// renewed one needs no new start. Without files it is nil.
func (r *run) certificate(cert, key string) (*tls.Config, error) {
	if cert == "" {
		return nil, nil
	}
	c := &certificates{cert: r.path(cert), key: r.path(key)}
	if _, err := c.get(nil); err != nil {
		if _, ok := errors.AsType[*fs.PathError](err); ok {
			return nil, fileError(cert, err)
		}
		return nil, frank.WithHint(fmt.Errorf("%s and %s are no certificate and its key: %w", cert, key, err), "both are PEM; the certificate's file has its chain too")
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}, nil
}

type certificates struct {
	cert, key string
	mu        sync.Mutex
	last      *tls.Certificate
	stamp     time.Time
}

func (c *certificates) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.cert)
	if err == nil && c.last != nil && info.ModTime().Equal(c.stamp) {
		return c.last, nil
	}
	var loaded tls.Certificate
	if err == nil {
		loaded, err = tls.LoadX509KeyPair(c.cert, c.key)
	}
	if err != nil {
		if c.last != nil { // between the writing of the two files
			return c.last, nil
		}
		return nil, err
	}
	c.last, c.stamp = &loaded, info.ModTime()
	return c.last, nil
}
