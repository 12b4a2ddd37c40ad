package fakedns

import (
	"encoding/binary"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestZeroServerRefuses(t *testing.T) {
	t.Parallel()
	var srv Server
	assert.Empty(t, srv.ListenAddr())
	require.NoError(t, srv.Start())
	t.Cleanup(srv.Close)
	assert.Equal(t, dns.RcodeRefused, ask(t, &srv, "udp", "example.com.", "MX").Rcode)
	ap, err := netip.ParseAddrPort(srv.ListenAddr())
	require.NoError(t, err)
	assert.True(t, ap.Addr().IsLoopback())
	require.Len(t, srv.Queries(), 1)
	assert.True(t, srv.Queries()[0].Outside)
	srv.SetZone(nil)
	assert.Equal(t, dns.RcodeRefused, ask(t, &srv, "tcp", "example.com.", "MX").Rcode)
	assert.Zero(t, srv.Lost())
}

func TestStartAndClose(t *testing.T) {
	t.Parallel()
	srv := new(Server)
	require.NoError(t, srv.Start())
	require.Error(t, srv.Start(), "twice")
	other := &Server{Addr: srv.ListenAddr()}
	require.Error(t, other.Start(), "the port is taken")
	other.Close()
	for range 2 {
		srv.Close()
	}
	require.Error(t, srv.Start(), "after Close")
	again := &Server{Addr: srv.ListenAddr()}
	if err := again.Start(); err == nil { // unless somebody was faster
		assert.Equal(t, srv.ListenAddr(), again.ListenAddr())
		again.Close()
	}
	require.Error(t, (&Server{Addr: "127.0.0.1"}).Start(), "no port")
	unstarted := new(Server)
	unstarted.Close()
	require.Error(t, unstarted.Start())
	_, err := NewServer("relative A 192.0.2.1")
	var se *SyntaxError
	require.ErrorAs(t, err, &se)
}

func TestCloseIsSafeFromManyGoroutines(t *testing.T) {
	t.Parallel()
	srv, err := NewServer(world)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(srv.Close)
	}
	wg.Wait()
	_, err = net.DialTimeout("tcp", srv.ListenAddr(), patience)
	assert.Error(t, err)
}

// A client that asks without end and reads nothing fills both socket buffers:
// the server is then stuck in a write, and must still close.
func TestCloseDoesNotWaitForAClientThatDoesNotRead(t *testing.T) {
	t.Parallel()
	srv := serve(t, world)
	c, err := net.Dial("tcp", srv.ListenAddr())
	require.NoError(t, err)
	defer c.Close()
	wire, err := new(dns.Msg).SetQuestion("example.com.", dns.TypeMX).Pack()
	require.NoError(t, err)
	wire = append(binary.BigEndian.AppendUint16(nil, uint16(len(wire))), wire...)
	for {
		require.NoError(t, c.SetWriteDeadline(time.Now().Add(200*time.Millisecond)))
		if _, err := c.Write(wire); err != nil {
			break // full
		}
	}
	closed := make(chan struct{})
	go func() { srv.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(patience):
		require.Fail(t, "Close hangs")
	}
}

func TestZoneIsExchangedWhileServing(t *testing.T) {
	t.Parallel()
	srv := serve(t, "a.test. 1 A 192.0.2.1")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			z, err := ParseZone([]string{"a.test. 1 A 192.0.2.1", "a.test. 1 A 192.0.2.2"}[i%2], "")
			if !assert.NoError(t, err) {
				return
			}
			srv.SetZone(z)
			srv.SetFaults([]Fault{{Kind: ServFail, Owner: "b.test", Type: "A"}})
		}
	})
	for range 200 {
		r := ask(t, srv, "udp", "A.test.", "A")
		require.Len(t, r.Answer, 1)
		require.Contains(t, []string{"192.0.2.1", "192.0.2.2"}, r.Answer[0].(*dns.A).A.String())
	}
	close(stop)
	wg.Wait()
}

func TestZoneThatLostItsLastRecordDenies(t *testing.T) {
	t.Parallel()
	z, err := ParseZone("mx.emailhosted.not. A 192.0.2.1", "")
	require.NoError(t, err)
	z.ServeReverse(netip.MustParseAddr("198.51.100.1"))
	srv := serve(t, "")
	srv.SetZone(z.Without("mx.emailhosted.not", "A"))
	for _, name := range []string{"mx.emailhosted.not.", "1.2.0.192.in-addr.arpa.", "1.100.51.198.in-addr.arpa."} {
		assert.Equal(t, dns.RcodeNameError, ask(t, srv, "udp", name, "ANY").Rcode, name)
	}
	assert.Equal(t, dns.RcodeRefused, ask(t, srv, "udp", "1.113.0.203.in-addr.arpa.", "PTR").Rcode)
}

func TestZonesInsideZones(t *testing.T) {
	t.Parallel()
	srv := serve(t, `
deep.sub.test. SOA ns.test. h.test. 1 2 3 4 5
host.deep.sub.test. A 192.0.2.1
*.test. TXT "star of test"
*.deep.sub.test. TXT "star of deep"
`)
	assert.Equal(t, []string{"deep.sub.test. 5 SOA ns.test. h.test. 1 2 3 4 5"}, section(ask(t, srv, "udp", "x.host.deep.sub.test.", "A").Ns), "the nearest zone denies")
	assert.Equal(t, []string{`x.deep.sub.test. 3600 TXT "star of deep"`}, section(ask(t, srv, "udp", "x.deep.sub.test.", "TXT").Answer))
	assert.Equal(t, made("test."), section(ask(t, srv, "udp", "sub.test.", "TXT").Ns), "a name between the zones exists")
	assert.Equal(t, dns.RcodeNameError, ask(t, srv, "udp", "x.sub.test.", "TXT").Rcode, "and stops the star above")
}

func TestQueryLogIsBounded(t *testing.T) {
	t.Parallel()
	l := queryLog{kept: make([]keptQuery, maxQueries-1)}
	for range 4 {
		l.add(keptQuery{})
	}
	assert.Len(t, l.kept, maxQueries)
	assert.Equal(t, 3, l.lost)
}
