package fakedns

import (
	"net"
	"sync"
	"testing"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A server that stands in resolv.conf has the last word.
func TestRecursive(t *testing.T) {
	t.Parallel()
	zone, err := ParseZone(world, "")
	require.NoError(t, err)
	srv := &Server{Recursive: true}
	srv.SetZone(zone)
	srv.SetFaults([]Fault{{Kind: Lame, Owner: "lame.example.com.", Type: "A"}})
	require.NoError(t, srv.Start())
	t.Cleanup(srv.Close)
	for name, want := range map[string]int{
		"example.com.":             dns.RcodeSuccess,
		"no.example.com.":          dns.RcodeNameError,
		"gone.example.com.":        dns.RcodeNameError,
		"x.delegated.example.com.": dns.RcodeServerFailure,
		"lame.example.com.":        dns.RcodeServerFailure,
		"away.example.com.":        dns.RcodeServerFailure,
		"circle.example.com.":      dns.RcodeServerFailure,
		"elsewhere.test.":          dns.RcodeRefused,
	} {
		r := ask(t, srv, "udp", name, "A")
		assert.Equal(t, dns.RcodeToString[want], dns.RcodeToString[r.Rcode], name)
		assert.True(t, r.RecursionAvailable, name)
		if r.Rcode == dns.RcodeServerFailure {
			assert.Empty(t, section(append(append(r.Answer, r.Ns...), r.Extra...)), name)
		}
	}
	assert.Len(t, ask(t, srv, "udp", "away.example.com.", "CNAME").Answer, 1, "an alias that was asked for")
	assert.False(t, ask(t, serve(t, world), "udp", "example.com.", "MX").RecursionAvailable, "an authoritative server")
}

// Sockets that somebody else has opened, in another namespace perhaps.
func TestGivenSockets(t *testing.T) {
	t.Parallel()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer tcp.Close()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer udp.Close()
	require.Error(t, (&Server{Listener: tcp}).Start(), "TCP alone")
	require.Error(t, (&Server{PacketConn: udp}).Start(), "UDP alone")
	srv := &Server{Listener: tcp, PacketConn: udp}
	require.NoError(t, srv.Start())
	defer srv.Close()
	assert.Equal(t, tcp.Addr().String(), srv.ListenAddr())
	r, _, err := (&dns.Client{Net: "udp"}).ExchangeContext(t.Context(), new(dns.Msg).SetQuestion("example.com.", dns.TypeMX), udp.LocalAddr().String())
	require.NoError(t, err)
	assert.Equal(t, dns.RcodeRefused, r.Rcode)
	srv.Close()
	_, err = tcp.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
	_, _, err = udp.ReadFrom(make([]byte, 1))
	require.ErrorIs(t, err, net.ErrClosed)
}

// Each query is told as it is kept, and before the client has its answer.
func TestAsked(t *testing.T) {
	t.Parallel()
	zone, err := ParseZone(world, "")
	require.NoError(t, err)
	var mu sync.Mutex
	var told []Query
	srv := &Server{Asked: func(q Query) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, q)
	}}
	srv.SetZone(zone)
	require.NoError(t, srv.Start())
	t.Cleanup(srv.Close)
	for i, network := range []string{"udp", "tcp"} {
		ask(t, srv, network, "example.com.", "MX")
		mu.Lock()
		require.Len(t, told, i+1)
		assert.Equal(t, network, told[i].Net)
		assert.Equal(t, "NOERROR", told[i].Status)
		mu.Unlock()
	}
	assert.Equal(t, srv.Queries(), told)
}
