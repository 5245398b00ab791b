package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// turn is something that is measured in turns with others.
type turn struct {
	what string
	do   func() error
	all  []time.Duration
	cpu  []time.Duration // that this process had a processor meanwhile
}

// interleave does all turns, runs times, one after the other, so that what else
// goes on meets them alike. The first round is not counted.
func interleave(runs int, turns []*turn) error {
	for r := range runs + 1 {
		for _, t := range turns {
			runtime.GC()
			from, busy := time.Now(), self()
			if err := t.do(); err != nil {
				return fmt.Errorf("%s: %w", t.what, err)
			}
			if r > 0 {
				t.all, t.cpu = append(t.all, time.Since(from)), append(t.cpu, self()-busy)
			}
		}
	}
	return nil
}

func (t *turn) median() time.Duration { return median(t.all) }

func (t *turn) least() time.Duration { return slices.Min(t.all) }

func (t *turn) String() string {
	return fmt.Sprintf("  %-44s median %8s  least %8s  processors %8s  all %s", t.what, ms(t.median()), ms(t.least()), ms(median(t.cpu)), list(t.all))
}

// self is how long this process has had a processor.
func self() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(all []time.Duration) time.Duration {
	s := slices.Sorted(slices.Values(all))
	return s[len(s)/2]
}

// quantile is the smallest value that so many in a hundred do not pass.
func quantile(all []time.Duration, hundredths int) time.Duration {
	s := slices.Sorted(slices.Values(all))
	return s[max(0, (len(s)*hundredths+99)/100-1)]
}

func ms(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

func list(all []time.Duration) string {
	var out []string
	for _, d := range all {
		out = append(out, fmt.Sprintf("%.1f", float64(d.Microseconds())/1000))
	}
	return strings.Join(out, " ")
}

// load is the machine's load average.
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	f := strings.Fields(string(data))
	return strings.Join(f[:3], " ")
}

func processor() string {
	data, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(data)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.Trim(name, "\t :\n")
		}
	}
	return runtime.GOARCH
}

// each does f for 0 to n-1 on so many goroutines, and returns an error of one.
func each(n, workers int, f func(i int) error) error {
	var next atomic.Int64
	var all sync.WaitGroup
	errs := make(chan error, workers)
	for range min(workers, n) {
		all.Go(func() {
			for i := int(next.Add(1) - 1); i < n; i = int(next.Add(1) - 1) {
				if err := f(i); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(errs)
	return <-errs
}
