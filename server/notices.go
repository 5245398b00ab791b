package server

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/emersion/go-smtp"

	"frank/store"
)

// Mail is how notices go out by mail.
type Mail struct {
	Server string      // "mail.example:25"
	From   string      // an address
	Plain  bool        // without STARTTLS: for a server on this machine
	TLS    *tls.Config // nil: the system's
}

// What a notice says. It is the same for everything, so that neither the post
// nor whoever reads it over a shoulder learns anything.
const (
	noticeSubject = "Frank: there is something for you"
	noticeText    = "There is something for you in Frank. Open Frank to see what.\r\n"
	noticeHook    = `{"frank":"there is something for you"}`
)

const (
	noticeEvery = time.Second
	noticeMost  = 50
	noticeTime  = 30 * time.Second
)

// tell sends notices until ctx ends.
func (s *Server) tell(ctx context.Context) {
	tick := time.NewTicker(noticeEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		s.tellDue(ctx)
	}
}

func (s *Server) tellDue(ctx context.Context) {
	list, err := s.store.Due(ctx, s.now(), noticeMost)
	if err != nil {
		if ctx.Err() == nil {
			s.slog.Error("notices could not be read", "error", err)
		}
		return
	}
	for _, n := range list {
		once, cancel := context.WithTimeout(ctx, noticeTime)
		err := s.send(once, n)
		cancel()
		if ctx.Err() != nil {
			return
		}
		result := "sent"
		if err != nil {
			result = "failed"
			s.slog.Warn("a notice could not be sent", "channel", n.Channel, "tries", n.Tries+1, "error", err)
			err = s.store.Later(ctx, n, s.now()+backoff(n.Tries))
		} else {
			err = s.store.Told(ctx, n)
		}
		s.metrics.notices.WithLabelValues(n.Channel, result).Inc()
		if err != nil {
			s.slog.Error("what became of a notice could not be kept", "error", err)
			return
		}
	}
}

// backoff is how many seconds until the next try: half a minute, doubled up to
// six hours.
func backoff(tries int) int64 { return int64(min(30<<min(tries, 20), 6*3600)) }

func (s *Server) send(ctx context.Context, n store.Notice) error {
	if n.Channel == store.Hook {
		return s.post(ctx, n.Address)
	}
	if s.config.Mail == nil {
		return fmt.Errorf("no mail server is set")
	}
	return s.config.Mail.send(ctx, n.Address, s.config.Now())
}

// post calls a webhook. It follows no redirection: whoever is called is whoever
// was named.
func (s *Server) post(ctx context.Context, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(noticeHook))
	if err != nil {
		return fmt.Errorf("the webhook is no URL")
	}
	r.Header.Set("Content-Type", "application/json")
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DisableKeepAlives: true, TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: 16 << 10, DialContext: s.dial}}
	answer, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("the webhook could not be reached")
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 4<<10))
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the webhook answered %d", answer.StatusCode)
	}
	return nil
}

// dial refuses addresses inside the operator's own network: a member chooses
// the URL, and the server must not call for them what they cannot reach.
func (s *Server) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	d := &net.Dialer{Timeout: 10 * time.Second}
	if !s.config.PlainHooks {
		d.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
			host, _, err := net.SplitHostPort(address)
			ip := net.ParseIP(host)
			if err != nil || ip == nil || ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsLinkLocalMulticast() || ip.IsMulticast() || ip.IsUnspecified() {
				return fmt.Errorf("the webhook leads into the server's own network")
			}
			return nil
		}
	}
	return d.DialContext(ctx, network, addr)
}

func (m *Mail) send(ctx context.Context, to string, now time.Time) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", m.Server)
	if err != nil {
		return fmt.Errorf("the mail server could not be reached")
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	var c *smtp.Client
	if m.Plain {
		c = smtp.NewClient(conn)
	} else {
		config := m.TLS.Clone()
		if config == nil {
			config = &tls.Config{}
		}
		if config.ServerName == "" {
			config.ServerName, _, _ = net.SplitHostPort(m.Server)
		}
		if c, err = smtp.NewClientStartTLS(conn, config); err != nil {
			return fmt.Errorf("the mail server offers no TLS that is trusted")
		}
	}
	defer c.Close()
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nAuto-Submitted: auto-generated\r\n\r\n%s",
		m.From, to, noticeSubject, now.UTC().Format(time.RFC1123Z), noticeText)
	if err := c.SendMail(m.From, []string{to}, &b); err != nil {
		return fmt.Errorf("the mail server did not take the notice")
	}
	return c.Quit()
}
