package world_test

import (
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/pki"
	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/probe"
)

// many makes a scenario of n domains, each with an MX host, an address and a
// certificate of its own.
func many(t testing.TB, n int) *scenarios.Scenario {
	t.Helper()
	s := &scenarios.Scenario{Name: fmt.Sprint(n, " domains"), Title: "Many domains", Domain: domain(0)}
	var zone strings.Builder
	for i := range n {
		fmt.Fprintf(&zone, "%s. 300 IN MX 10 mx.%s.\nmx.%s. 300 IN AAAA %v\n", domain(i), domain(i), domain(i), address(i))
		spec, err := pki.ParseLine("SAN=mx." + domain(i))
		require.NoError(t, err)
		s.Certs = append(s.Certs, scenarios.Cert{Label: fmt.Sprint("c", i), Spec: spec})
		line, err := fakemx.ParseLine(fmt.Sprint("c", i))
		require.NoError(t, err)
		s.Hosts = append(s.Hosts, scenarios.Host{Addr: address(i), Host: line})
	}
	var err error
	s.Zone, err = fakedns.ParseZone(zone.String(), "")
	require.NoError(t, err)
	return s
}

func domain(i int) string { return fmt.Sprintf("d%d.example", i) }

// address gives as many addresses as are asked for, of those for documents.
func address(i int) netip.Addr {
	a := netip.MustParseAddr("2001:db8::").As16()
	a[14], a[15] = byte(i>>8), byte(i)
	return netip.AddrFrom16(a)
}

// TestManyHosts: each host of a large world is there when it is asked for, with
// its own certificate, and only those that were asked for have a server.
func TestManyHosts(t *testing.T) {
	t.Parallel()
	s := many(t, 10_000)
	w := world.Start(t, s, world.InMemory())
	sender := w.Sender()
	c := &probe.Client{Dial: sender.DialContext, Resolver: w.Resolver(), Now: sender.Now, Name: "mail.sender.example"}
	for _, i := range []int{0, 4711, 9_999} {
		found := c.Lookup(t.Context(), verify.Question{Name: "mx." + domain(i), Type: "AAAA"})
		require.Equal(t, []netip.Addr{address(i)}, found.Addrs)
		key := verify.SessionKey{Addr: netip.AddrPortFrom(found.Addrs[0], 25), Hello: verify.Hello{TLS: true}}
		shown := c.Session(t.Context(), key, domain(i))
		require.Nil(t, shown.Stop, "%+v", shown.Stop)
		assert.Equal(t, "mx."+domain(i)+" ESMTP Service Ready", shown.Greeting.Lines[0])
		assert.Contains(t, string(shown.TLS.Chain[0]), "mx."+domain(i))
	}
	visited := 0
	for _, r := range w.Records() {
		visited += len(r.Sessions)
	}
	assert.Equal(t, 3, visited)
	assert.Empty(t, w.Strays())
}

// BenchmarkWorld10k measures what a world of 10,000 domains costs for each of
// its hosts, and one of 100 beside it.
func BenchmarkWorld10k(b *testing.B) {
	start := func(s *scenarios.Scenario) *world.World {
		w, err := world.New(s, time.Time{}, world.InMemory())
		if err != nil {
			b.Fatal(err)
		}
		return w
	}
	for _, n := range []int{100, 10_000} {
		s := many(b, n)
		// All of it: the zone indexed and served, every certificate line checked,
		// every host at its address.
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			before := heap()
			w := start(s)
			size := heap() - before
			w.Close()
			// The first worlds pay for memory that the system has yet to hand out.
			for range 4 {
				start(s).Close()
			}
			for b.Loop() {
				start(s).Close()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/host")
			b.ReportMetric(float64(size)/float64(n), "B/host")
		})
	}
	// A session with every host, so that each has its server, its certificate and
	// its records.
	b.Run("visited", func(b *testing.B) {
		s := many(b, 100)
		var size int64
		for b.Loop() {
			before := heap()
			w := start(s)
			c := client(w)
			for _, h := range s.Hosts {
				key := verify.SessionKey{Addr: netip.AddrPortFrom(h.Addr, 25), Hello: verify.Hello{TLS: true}}
				if got := c.Session(b.Context(), key, s.Domain); got.Stop != nil {
					b.Fatalf("%+v", got.Stop)
				}
			}
			size = heap() - before
			w.Close()
		}
		b.ReportMetric(float64(size)/float64(len(s.Hosts)), "B/host")
	})
}

// heap is what is in use of it, without garbage.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
