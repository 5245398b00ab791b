package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"frank/api"
	"frank/store"
)

// post is a mail server that keeps what it gets, and first refuses some.
type post struct {
	mu     sync.Mutex
	got    []string // "to: text"
	refuse int
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &letter{p: p}, nil }

func (p *post) letters() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.got
}

type letter struct {
	p  *post
	to string
}

func (l *letter) Reset()                                    {}
func (l *letter) Logout() error                             { return nil }
func (l *letter) Mail(string, *smtp.MailOptions) error      { return nil }
func (l *letter) Rcpt(to string, _ *smtp.RcptOptions) error { l.to = to; return nil }
func (l *letter) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	if l.p.refuse > 0 {
		l.p.refuse--
		return errors.New("later")
	}
	l.p.got = append(l.p.got, l.to+": "+string(text))
	return nil
}

// certificate is one for 127.0.0.1, and who trusts it.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestNotices(t *testing.T) {
	for _, plain := range []bool{true, false} {
		p := &post{refuse: 1}
		m := smtp.NewServer(p)
		m.Domain = "localhost"
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		mail := &Mail{Server: l.Addr().String(), From: "frank@ministry.example", Plain: plain}
		if !plain {
			cert, pool := certificate(t)
			m.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
			mail.TLS = &tls.Config{RootCAs: pool}
		}
		go m.Serve(l)
		defer m.Close()

		var mu sync.Mutex
		var called []string
		hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			mu.Lock()
			defer mu.Unlock()
			called = append(called, r.Method+" "+r.URL.Path+" "+string(body))
			if len(called) == 1 {
				http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect) // is not followed
			}
		}))
		defer hook.Close()

		var mutex sync.Mutex
		clock := time.Duration(0)
		w := newWorld(t, func(c *Config) {
			c.Mail = mail
			c.Now = func() time.Time { mutex.Lock(); defer mutex.Unlock(); return time.Now().Add(clock) }
		}).found()
		gus, hal := w.person("Gus"), w.person("Hal")
		w.ok(hal.send("PUT", api.PathContact, api.TypeJSON, api.Marshal(api.Contact{Mail: "hal@ministry.example", Hook: hook.URL + "/hal"}), nil))
		gus.issue(1, hal, w.person("Ivy"))
		for end := time.Now().Add(10 * time.Second); ; {
			mu.Lock()
			n := len(called)
			mu.Unlock()
			if n == 2 && len(p.letters()) == 1 {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("called %q, letters %q", called, p.letters())
			}
			mutex.Lock()
			clock += 10 * time.Second // both failed once, and are tried again after half a minute
			mutex.Unlock()
			time.Sleep(50 * time.Millisecond)
		}
		letter := p.letters()[0]
		if !strings.HasPrefix(letter, "hal@ministry.example: ") || !strings.Contains(letter, noticeSubject) || called[1] != "POST /hal "+noticeHook {
			t.Errorf("%q %q", letter, called)
		}
		// Content-free: nothing of the dispatch, nor of who wrote it.
		for _, word := range []string{"WASHINGTON", "embassy", "Gus", string(gus.id())} {
			if strings.Contains(letter, word) || strings.Contains(called[1], word) {
				t.Errorf("the notice says %q: %s", word, letter)
			}
		}
		w.stop()
	}
}

func TestHooksLeadOutOfTheHouse(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.PlainHooks = false })
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("called") }))
	defer inside.Close()
	for _, url := range []string{inside.URL, "https://127.0.0.1:1/", "https://[::1]:1/", "https://10.0.0.1/", "https://169.254.169.254/latest", "https://0.0.0.0/"} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		if err := w.server.send(ctx, store.Notice{Channel: store.Hook, Address: url}); err == nil {
			t.Errorf("%s was called", url)
		}
		cancel()
	}
}

func TestTLSAndMetrics(t *testing.T) {
	w := newWorld(t, nil)
	cert, pool := certificate(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.ok(err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() {
		ended <- w.server.Serve(ctx, l, &tls.Config{Certificates: []tls.Certificate{cert}})
	}()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
	resp, err := client.Get("https://" + l.Addr().String() + api.PathServer)
	w.ok(err)
	resp.Body.Close()
	if resp.StatusCode != 200 || resp.ProtoMajor != 2 {
		t.Error(resp.Status, resp.Proto)
	}
	old := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MaxVersion: tls.VersionTLS11}}}
	if _, err := old.Get("https://" + l.Addr().String()); err == nil {
		t.Error("an old TLS was spoken")
	}

	numbers, err := net.Listen("tcp", "127.0.0.1:0")
	w.ok(err)
	go func() { ended <- w.server.ServeMetrics(ctx, numbers) }()
	resp, err = http.Get("http://" + numbers.Addr().String() + "/metrics")
	w.ok(err)
	text, err := io.ReadAll(resp.Body)
	w.ok(err)
	resp.Body.Close()
	for _, want := range []string{"frank_requests_total{route=\"GET /v1/server\",status=\"200\"} 1", "frank_log_entries 0", "frank_stuck 0"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	cancel()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}

	// Without a certificate, nobody else is served.
	if all, err := net.Listen("tcp", "0.0.0.0:0"); err == nil {
		if err := w.server.Serve(t.Context(), all, nil); err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Error(err)
		}
	}
	if all, err := net.Listen("tcp", "0.0.0.0:0"); err == nil {
		if err := w.server.ServeMetrics(t.Context(), all); err == nil {
			t.Error("metrics for everybody")
		}
	}
}
