package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics count what is done, and never for whom.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	notices  *prometheus.CounterVec
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frank_requests_total", Help: "Requests answered."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "frank_request_seconds", Help: "Time to answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"route"}),
		notices: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frank_notices_total", Help: "Notices sent, and tries that failed."}, []string{"channel", "result"}),
	}
	gauge := func(name, help string, f func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, f)
	}
	m.registry.MustRegister(m.requests, m.seconds, m.notices,
		gauge("frank_log_entries", "Entries in the log.", func() float64 { return float64(s.journal.have.Load()) }),
		gauge("frank_log_published", "Entries that the last checkpoint covers.", func() float64 { return float64(s.holds.size()) }),
		gauge("frank_log_witnessed", "1 if the last checkpoint has the cosignatures the policy asks for.", func() float64 {
			s.holds.mu.Lock()
			defer s.holds.mu.Unlock()
			if s.holds.last != nil && s.holds.last.Witnessed {
				return 1
			}
			return 0
		}),
		gauge("frank_drafts", "Drafts that are not over.", func() float64 {
			ctx, cancel := context.WithTimeout(s.ctx, time.Second)
			defer cancel()
			n, err := s.store.OpenDrafts(ctx)
			if err != nil {
				return -1
			}
			return float64(n)
		}),
		gauge("frank_stuck", "1 while nothing can be entered.", func() float64 {
			if s.journal.stuck.Load() != nil {
				return 1
			}
			return 0
		}),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) request(route string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}
