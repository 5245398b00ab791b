// Package server is the exchange's blind server. It keeps what is sealed, says
// who may have it, and enters in the ledger what is stated; it can read
// nothing of a dispatch and cannot import what could. All it says, clients
// check against the log.
//
// [Open] brings store and log together, whatever happened before, and makes
// the service; [Server.Serve] answers until its context ends.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/net/netutil"

	"frank"
	"frank/directory"
	"frank/ledger"
	"frank/ledger/sequencer"
	"frank/store"
)

// Config is what a server is told. Zero values are replaced where that is said.
type Config struct {
	Store   store.Store // is not closed with the server
	LogDir  string      // of the log's tiles
	Signer  note.Signer // the log's key
	Policy  string      // C2SP tlog-policy, as long as the directory has none
	Origins []string    // as clients call it: "https://frank.example"
	Version string
	Limits  Limits

	// Founding is a code that the founding of the organisation must come with,
	// so that whoever reaches a fresh server first does not found theirs; "" asks
	// for none. It counts until there is an organisation.
	Founding string

	Mail       *Mail // nil: nobody is told by mail
	PlainHooks bool  // http: URLs may be posted to, for tests and machines behind a proxy

	Logger *slog.Logger       // nil drops all; it never gets content
	Now    func() time.Time   // time.Now
	Log    *sequencer.Options // Policy is filled in; nil: as package sequencer has them
}

// Server is a server that has been opened.
type Server struct {
	config     Config
	store      store.Store
	log        *sequencer.Log
	log0       string // the log's origin
	journal    *journal
	holds      *holds
	register   *register
	sessions   *sessions
	byKey      *buckets
	byAddress  *buckets
	remembered remembered
	slots      chan struct{}
	parcels    chan struct{}
	metrics    *metrics
	slog       *slog.Logger
	ctx        context.Context
	cancel     context.CancelFunc
	work       sync.WaitGroup
	handler    http.Handler
}

// Open makes a server of a store and a log, and brings the two together: what
// was accepted and not appended when it last stopped is appended now. The
// server works in the background from here on; Close it.
func Open(ctx context.Context, c Config) (*Server, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Version == "" {
		c.Version = "development"
	}
	if len(c.Origins) == 0 {
		return nil, errors.New("expected the origins that clients call the server by, found none")
	}
	c.Limits.fill()
	s := &Server{config: c, store: c.Store, log0: c.Signer.Name(), slog: c.Logger,
		byKey: newBuckets(c.Limits.PerKey, c.Limits.KeyBurst), byAddress: newBuckets(c.Limits.PerAddr, c.Limits.AddrBurst),
		slots: make(chan struct{}, c.Limits.Requests), parcels: make(chan struct{}, c.Limits.Parcels)}
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))

	text, _, err := s.directory()
	if err != nil {
		s.cancel()
		return nil, err
	}
	policy, err := ledger.ParsePolicy([]byte(text))
	if err != nil {
		s.cancel()
		return nil, err
	}
	options := sequencer.Options{Logger: c.Logger}
	if c.Log != nil {
		options = *c.Log
	}
	options.Policy = policy
	if s.log, err = sequencer.Open(ctx, c.LogDir, c.Signer, options); err != nil {
		s.cancel()
		return nil, err
	}
	s.holds = newHolds(s.log, s.store, policy, s.slog)
	s.journal = newJournal(s.store, s.log, s.slog, s.now, s.holds)
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.stop(ctx))
	}
	return s, nil
}

// directory rebuilds the directory from the store, and says which policy the
// log follows: the directory's, once there is one.
func (s *Server) directory() (policy string, state *directory.State, err error) {
	state, err = s.load(directory.New(s.log0, directory.Ledger{}))
	if err != nil {
		return "", nil, err
	}
	if state.Genesis() != nil {
		return state.Now().Settings().Witnesses, state, nil
	}
	return s.config.Policy, state, nil
}

func (s *Server) start(ctx context.Context) error {
	if err := s.journal.recover(ctx); err != nil {
		return err
	}
	// Recovery may have ordered anew what nobody was told of yet.
	_, state, err := s.directory()
	if err != nil {
		return err
	}
	// Issues that were begun and had no checkpoint for their draw yet.
	size := s.journal.have.Load()
	undrawn, err := s.store.Undrawn(ctx, size-min(size, ledger.Window+1))
	if err != nil {
		return err
	}
	for _, index := range undrawn {
		s.holds.begun(index)
	}
	s.register = &register{state: state, next: s.journal.have.Load}
	secret, err := s.store.Secret(ctx)
	if err != nil {
		return err
	}
	s.sessions = newSessions(secret, s.config.Origins, s.now)
	if _, err := s.holds.published(ctx); err != nil {
		return err
	}
	s.metrics = newMetrics(s)
	s.handler = s.mux(s.log.Handler())
	s.work.Go(s.journal.run)
	s.work.Go(func() { s.holds.follow(s.ctx) })
	s.work.Go(func() { s.tell(s.ctx) })
	s.work.Go(func() { s.sweep(s.ctx) })
	return nil
}

// stop ends what runs, so that what was accepted is appended and published.
func (s *Server) stop(ctx context.Context) error {
	s.cancel()
	return s.log.Close(ctx)
}

// Close lets what was accepted be appended and published, until ctx ends, and
// stops. Being killed instead loses nothing that was answered for.
func (s *Server) Close(ctx context.Context) error {
	s.journal.close()
	err := s.store.Appended(ctx, s.journal.have.Load())
	s.cancel()
	s.work.Wait()
	return errors.Join(err, s.log.Close(ctx))
}

// Handler is the service itself.
func (s *Server) Handler() http.Handler { return s.handler }

// Size is how many entries the log has, published or not.
func (s *Server) Size() uint64 { return s.journal.have.Load() }

func (s *Server) now() int64 { return s.config.Now().Unix() }

// clock is the time as statements write it.
func (s *Server) clock() string { return s.config.Now().UTC().Format("2006-01-02T15:04:05Z") }

// sweep removes now and then what was put a day ago and is named by nothing.
func (s *Server) sweep(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if n, err := s.store.Sweep(ctx, s.now()-24*3600); err != nil && ctx.Err() == nil {
			s.slog.Error("what is not used could not be removed", "error", err)
		} else if n > 0 {
			s.slog.Info("removed what was put and not used", "count", n)
		}
		s.tellIdle(ctx)
	}
}

// Limits of a connection.
const (
	headerTime = 10 * time.Second
	readTime   = 60 * time.Second // a whole request, a parcel too
	writeTime  = 90 * time.Second
	idleTime   = 2 * time.Minute
	headerMost = 16 << 10
	connMost   = 4096
)

// Serve answers on a listener until ctx ends; then it lets requests under way
// be answered for up to ten seconds. Without TLS it serves this machine only.
func (s *Server) Serve(ctx context.Context, l net.Listener, config *tls.Config) error {
	if config == nil && !loopback(l.Addr()) {
		l.Close()
		return frank.WithHint(fmt.Errorf("expected a certificate to serve %s, found none", l.Addr()), "without TLS only this machine's own addresses are served")
	}
	h := newHTTP(s.handler, s.slog)
	l = netutil.LimitListener(l, connMost)
	if config != nil {
		config = config.Clone()
		config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
		if !slices.Contains(config.NextProtos, "h2") {
			config.NextProtos = append([]string{"h2", "http/1.1"}, config.NextProtos...)
		}
		h.TLSConfig = config
	}
	return run(ctx, h, l)
}

// ServeMetrics answers Prometheus, on this machine's own addresses only.
func (s *Server) ServeMetrics(ctx context.Context, l net.Listener) error {
	if !loopback(l.Addr()) {
		l.Close()
		return fmt.Errorf("metrics are served on this machine's own addresses, not on %s", l.Addr())
	}
	return run(ctx, newHTTP(s.metrics.handler(), s.slog), l)
}

func newHTTP(h http.Handler, l *slog.Logger) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime, MaxHeaderBytes: headerMost,
		ErrorLog: slog.NewLogLogger(l.Handler(), slog.LevelDebug)}
}

func run(ctx context.Context, h *http.Server, l net.Listener) error {
	ended := make(chan error, 1)
	go func() {
		if h.TLSConfig != nil {
			ended <- h.ServeTLS(l, "", "")
		} else {
			ended <- h.Serve(l)
		}
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := h.Shutdown(last)
	if errors.Is(err, context.DeadlineExceeded) {
		err = h.Close()
	}
	if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

func loopback(a net.Addr) bool {
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}
