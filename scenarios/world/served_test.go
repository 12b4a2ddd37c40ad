package world_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/probe"
)

// A plot is a ground on loopback: a map of where each port of the scenario is.
type plot struct {
	world.Ground
	*world.World

	mu      sync.Mutex
	ports   map[netip.AddrPort]net.Listener
	silent  []netip.AddrPort
	queries []fakedns.Query
	done    map[int]fakemx.Session
	took    []fakemx.Message
	fetched []world.Fetch
}

func served(t *testing.T, name string) *plot {
	t.Helper()
	all, err := scenarios.Find(name)
	require.NoError(t, err)
	return servedWorld(t, all[0])
}

func servedWorld(t *testing.T, s *scenarios.Scenario) *plot {
	t.Helper()
	p := &plot{ports: map[netip.AddrPort]net.Listener{}, done: map[int]fakemx.Session{}}
	p.Now = time.Now
	p.Listen = func(at netip.AddrPort) (net.Listener, error) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		p.ports[at] = l
		return l, err
	}
	p.Silent = func(at netip.AddrPort) (io.Closer, error) {
		p.silent = append(p.silent, at)
		return io.NopCloser(nil), nil
	}
	p.Asked = func(q fakedns.Query) { p.locked(func() { p.queries = append(p.queries, q) }) }
	p.Noted = func(_ netip.Addr, n int, s fakemx.Session) {
		p.locked(func() {
			if s.Done {
				p.done[n] = s
			}
		})
	}
	p.Fetched = func(f world.Fetch) { p.locked(func() { p.fetched = append(p.fetched, f) }) }
	p.Took = func(_ netip.Addr, m fakemx.Message) { p.locked(func() { p.took = append(p.took, m) }) }
	var err error
	for range 100 { // a port that is free for TCP may be taken for UDP
		p.DNSListener, err = net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		if p.DNSPacketConn, err = net.ListenPacket("udp", p.DNSListener.Addr().String()); err == nil {
			break
		}
		p.DNSListener.Close()
	}
	require.NoError(t, err)
	p.World, err = world.New(s, time.Time{}, world.Served(p.Ground))
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

func (p *plot) locked(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// dial is what a router to the plot would do.
func (p *plot) dial(ctx context.Context, network, address string) (net.Conn, error) {
	to, err := netip.ParseAddrPort(address)
	if err == nil && p.ports[to] != nil {
		address = p.ports[to].Addr().String()
	} else if address != p.Resolver() {
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// What a sender meets in a served world is what it meets in the other one.
func TestServedWorldIsTheSame(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"hosted/ptr-not-mx", "starttls/garbage-after-220", "sni/self-signed-without-sni", "mx/greeting-554", "mx/first-unreachable",
		"renewal/not-reloaded/expired-in-memory", "chain/intermediate-missing", "mutual/clientauth-eku-gone"} {
		all, err := scenarios.Find(name)
		require.NoError(t, err)
		for _, s := range all {
			t.Run(s.Name, func(t *testing.T) {
				t.Parallel()
				modes := world.Policies(s, scenarios.Modes())
				want, err := world.Start(t, s).Run(t.Context(), modes)
				require.NoError(t, err)

				p := servedWorld(t, s)
				var cert *tls.Certificate
				if made := p.SenderCertificate(); made != nil {
					shown := made.TLS()
					cert = &shown
				}
				c := &probe.Client{Dial: p.dial, Resolver: p.Resolver(), Now: time.Now, Cert: cert, Name: "mail.sender.example", From: "sender@sender.example", To: "recipient"}
				ev := verify.Evidence{Domain: s.Domain, Now: time.Now(), Anchors: p.Roots(), Routes: s.Routes, Shows: cert != nil, Paths: &verify.Paths{}}
				require.NoError(t, c.Gather(t.Context(), &ev, modes))
				require.NoError(t, p.Err())
				for i, m := range verify.Assess(ev, modes).Modes {
					assert.Equal(t, want.Modes[i].Delivery.Words(), m.Delivery.Words(), m.Policy.Mode())
				}
				p.Close()
				assert.NotEmpty(t, p.queries)
				assert.Empty(t, p.Records()[0].Sessions, "a served world keeps no records")
			})
		}
	}
}

// Silence is the ground's to make, and a refused connection is no listener.
func TestServedSilence(t *testing.T) {
	t.Parallel()
	p := served(t, "mx/all-silent")
	assert.Equal(t, []netip.AddrPort{netip.MustParseAddrPort("192.0.2.2:25")}, p.silent)
	assert.Len(t, p.ports, 1, "the host that greets with silence is there")
	p = served(t, "mx/first-unreachable-second-gone")
	assert.Empty(t, p.ports)
	assert.Empty(t, p.silent)
}

// A host that says nothing lets a real client wait until its own patience ends.
func TestServedHostIsSilent(t *testing.T) {
	t.Parallel()
	p := scenarioText(t, "no-tls, greeting=silent")
	c, err := p.dial(t.Context(), "tcp", "192.0.2.1:25")
	require.NoError(t, err)
	defer c.Close()
	c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	_, err = c.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

// All clients together are one sender.
func TestServedAttempts(t *testing.T) {
	t.Parallel()
	p := scenarioText(t, `
    attempts:
      - no-tls, connect=refused
      - no-tls, greeting=451
      - no-tls`)
	greeting := func() string {
		c, err := p.dial(t.Context(), "tcp", "192.0.2.1:25")
		if err != nil {
			return "reset" // before the end of connecting
		}
		defer c.Close()
		line, err := bufio.NewReader(c).ReadString('\n')
		if err != nil {
			assert.ErrorIs(t, err, syscall.ECONNRESET)
			return "reset"
		}
		return line[:3]
	}
	assert.Equal(t, []string{"reset", "451", "220", "220"}, []string{greeting(), greeting(), greeting(), greeting()})
	p.Close()
	assert.Len(t, p.done, 3, "sessions that were told to their end")
}

func scenarioText(t *testing.T, host string) *plot {
	t.Helper()
	s, err := scenarios.Parse("test.yaml", "test", []byte(`title: One host
domain: example.com
zone: |
  example.com. IN MX 10 mx.example.com.
  mx.example.com. IN A 192.0.2.1
hosts:
  192.0.2.1: `+host+"\n"))
	require.NoError(t, err)
	return servedWorld(t, s)
}

// Two served worlds have nothing in common that one could be attacked with in
// the other; and their own senders stay outside.
func TestServedKeysAreItsOwn(t *testing.T) {
	t.Parallel()
	a, b := served(t, "hosted/ptr-not-mx"), served(t, "hosted/ptr-not-mx")
	assert.NotEqual(t, a.Roots()[0].PublicKey, b.Roots()[0].PublicKey)
	assert.Contains(t, a.Roots()[0].Subject.CommonName, "lab")
	_, err := a.Sender().DialContext(t.Context(), "tcp", "192.0.2.1:25")
	require.ErrorContains(t, err, "served")
}
