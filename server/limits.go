package server

import (
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits say how much is served at once, and to one of many. Zero values are
// replaced by the ones named.
type Limits struct {
	Requests  int     // answered at the same time; 512. Others wait for their turn
	Parcels   int     // parcels received at the same time; 4
	PerKey    float64 // requests a second by one device; 50
	KeyBurst  int     // 400
	PerAddr   float64 // requests a second from one address without a session; 200
	AddrBurst int     // 2000
}

func (l *Limits) fill() {
	set := func(n *int, v int) {
		if *n <= 0 {
			*n = v
		}
	}
	set(&l.Requests, 512)
	set(&l.Parcels, 4)
	set(&l.KeyBurst, 400)
	set(&l.AddrBurst, 2000)
	if l.PerKey <= 0 {
		l.PerKey = 50
	}
	if l.PerAddr <= 0 {
		l.PerAddr = 200
	}
}

// bucketsMost bounds the memory that many names can take.
const bucketsMost = 1 << 16

// buckets limit the rate by name.
type buckets struct {
	mu    sync.Mutex
	limit rate.Limit
	burst int
	of    map[string]*rate.Limiter
}

func newBuckets(perSecond float64, burst int) *buckets {
	return &buckets{limit: rate.Limit(perSecond), burst: burst, of: map[string]*rate.Limiter{}}
}

func (b *buckets) allow(name string) bool {
	now := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.of[name]
	if l == nil {
		if len(b.of) >= bucketsMost {
			for n, l := range b.of { // those that are full again say nothing
				if l.TokensAt(now) >= float64(b.burst) {
					delete(b.of, n)
				}
			}
			if len(b.of) >= bucketsMost {
				return false
			}
		}
		l = rate.NewLimiter(b.limit, b.burst)
		b.of[name] = l
	}
	return l.AllowN(now, 1)
}

// address is whoever is at the other end of the connection. Of an IPv6 address
// the network counts: one house has as many as it likes.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	if ip := net.ParseIP(host); ip != nil && ip.To4() == nil {
		return ip.Mask(net.CIDRMask(64, 128)).String()
	}
	return host
}
