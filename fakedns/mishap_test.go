package fakedns

import (
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every response code arrives as such, without records, by UDP and TCP.
func TestEveryResponseCode(t *testing.T) {
	t.Parallel()
	srv := serve(t, world)
	for want, kind := range map[int]FaultKind{
		1: FormErr, 2: ServFail, 3: NXDomain, 4: NotImp, 5: Refused, 6: YXDomain, 7: YXRRSet, 8: NXRRSet, 9: NotAuth, 10: NotZone,
		11: DSOTypeNI, 16: BadVers, 23: BadCookie, // the numbers of the IANA registry
	} {
		setFaults(t, srv, string(kind)+" web.example.com. A", string(kind)+" elsewhere.test. A")
		for _, network := range []string{"udp", "tcp"} {
			for _, name := range []string{"web.example.com.", "elsewhere.test."} {
				q := new(dns.Msg).SetQuestion(name, dns.TypeA)
				q.SetEdns0(1232, false)
				r := exchange(t, srv, network, q)
				assert.Equal(t, want, r.Rcode, "%s of %s", kind, name)
				assert.Empty(t, r.Answer, "%s of %s", kind, name)
				assert.NotNil(t, r.IsEdns0(), "%s of %s", kind, name)
				kept := srv.Queries()
				assert.Equal(t, strings.ToUpper(string(kind)), kept[len(kept)-1].Status)
				assert.False(t, kept[len(kept)-1].Outside, "the fault speaks for %s", name)
			}
		}
		if want > 15 {
			// RFC 6891 section 6.1.3: the upper bits stand in OPT, which this query has not.
			assert.Equal(t, dns.RcodeSuccess, ask(t, srv, "udp", "web.example.com.", "A").Rcode, kind)
		}
	}
	setFaults(t, srv, "nxdomain web.example.com. A")
	assert.NotEmpty(t, ask(t, srv, "udp", "web.example.com.", "A").Ns, "RFC 2308 section 3: the SOA")
}

// Each asker has its own first queries; the questions are counted apart.
func TestAttemptsAreCountedForEachAsker(t *testing.T) {
	t.Parallel()
	srv := &Server{Asker: func(peer net.Addr) string { return peer.Network() }}
	z, err := ParseZone(world, "")
	require.NoError(t, err)
	srv.SetZone(z)
	require.NoError(t, srv.Start())
	t.Cleanup(srv.Close)
	rcodes := func(network, typ string, n int) (list []int) {
		for range n {
			list = append(list, ask(t, srv, network, "web.example.com.", typ).Rcode)
		}
		return list
	}
	lines := []string{"servfail web.example.com. A attempts=2", "refused web.example.com. A attempts=4-5", "notimp web.example.com. MX attempts=3-"}
	setFaults(t, srv, lines...)
	for _, asker := range []string{"udp", "tcp"} {
		assert.Equal(t, []int{2, 2, 0, 5, 5, 0}, rcodes(asker, "A", 6), asker)
		assert.Equal(t, []int{0, 0, 4, 4}, rcodes(asker, "MX", 4), asker)
	}
	setFaults(t, srv, lines...)
	assert.Equal(t, []int{2}, rcodes("udp", "A", 1), "new faults are counted anew")

	alone := serve(t, world)
	setFaults(t, alone, lines[0])
	assert.Equal(t, dns.RcodeServerFailure, ask(t, alone, "udp", "web.example.com.", "A").Rcode)
	assert.Equal(t, dns.RcodeServerFailure, ask(t, alone, "tcp", "web.example.com.", "A").Rcode)
	assert.Equal(t, dns.RcodeSuccess, ask(t, alone, "udp", "web.example.com.", "A").Rcode, "without Asker there is one count")
}

// The n-th query meets the same as ever: nothing is drawn by lot.
func TestLossHasAPattern(t *testing.T) {
	t.Parallel()
	for loss, want := range map[string]string{"1/2": "lost answered lost answered lost answered", "2/3": "lost lost answered lost lost answered"} {
		srv := serve(t, world)
		setFaults(t, srv, "loss="+loss+" web.example.com. A")
		c, err := dns.DialTimeout("udp", srv.ListenAddr(), patience)
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
		for range 6 {
			require.NoError(t, c.WriteMsg(new(dns.Msg).SetQuestion("web.example.com.", dns.TypeA)))
		}
		// The dns package serves each query in a goroutine of its own.
		require.Eventually(t, func() bool { return len(srv.Queries()) == 6 }, patience, time.Millisecond)
		lost := 0
		for _, q := range srv.Queries() {
			if q.Status == "TIMEOUT" {
				lost++
			}
		}
		assert.Equal(t, strings.Count(want, "lost"), lost, loss)
		for range strings.Count(want, "answered") {
			_, err := c.ReadMsg()
			require.NoError(t, err, loss)
		}

		one := serve(t, world)
		setFaults(t, one, "loss="+loss+" web.example.com. A")
		var got []string
		for range 6 {
			got = append(got, map[bool]string{true: "lost", false: "answered"}[one.mishaps.Load().of(setKey{"web.example.com.", dns.TypeA},
				func() string { return "" }, false, false).kind == Timeout])
		}
		assert.Equal(t, want, strings.Join(got, " "))
	}
}

func TestTruncateWithoutTCP(t *testing.T) {
	t.Parallel()
	srv, told := teller(t, world, "truncate web.example.com. A tcp=reset", "truncate example.com. MX tcp=timeout")
	assert.True(t, ask(t, srv, "udp", "web.example.com.", "A").Truncated)
	c, err := dns.DialTimeout("tcp", srv.ListenAddr(), patience)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
	require.NoError(t, c.WriteMsg(new(dns.Msg).SetQuestion("example.com.", dns.TypeMX)))
	assert.Equal(t, telling{peer: c.LocalAddr().String()}, heard(t, told))
	require.NoError(t, c.WriteMsg(new(dns.Msg).SetQuestion("web.example.com.", dns.TypeA)))
	_, err = c.ReadMsg()
	assert.ErrorIs(t, err, syscall.ECONNRESET)
	var got []string
	for _, q := range srv.Queries() {
		got = append(got, q.Net+" "+q.Status)
	}
	assert.Equal(t, []string{"udp NOERROR", "tcp TIMEOUT", "tcp RESET"}, got)
}

// A server that does not know EDNS answers who sends none.
func TestEDNSRefused(t *testing.T) {
	t.Parallel()
	for value, rcode := range map[string]int{"formerr": dns.RcodeFormatError, "notimp": dns.RcodeNotImplemented} {
		srv := serve(t, world)
		setFaults(t, srv, "edns="+value+" web.example.com. A")
		q := new(dns.Msg).SetQuestion("web.example.com.", dns.TypeA)
		q.SetEdns0(1232, false)
		r := exchange(t, srv, "udp", q)
		assert.Equal(t, rcode, r.Rcode)
		assert.Empty(t, r.Extra, "RFC 6891 section 7: no OPT from who does not know it")
		assert.Len(t, ask(t, srv, "udp", "web.example.com.", "A").Answer, 1)
	}
	srv, told := teller(t, world, "edns=timeout web.example.com. A")
	c, err := dns.DialTimeout("udp", srv.ListenAddr(), patience)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	q := new(dns.Msg).SetQuestion("web.example.com.", dns.TypeA)
	q.SetEdns0(1232, false)
	require.NoError(t, c.WriteMsg(q))
	assert.Equal(t, c.LocalAddr().String(), heard(t, told).peer)
	assert.Len(t, ask(t, srv, "udp", "web.example.com.", "A").Answer, 1)
}

func TestLame(t *testing.T) {
	t.Parallel()
	srv := serve(t, world)
	setFaults(t, srv, "lame web.example.com. A")
	r := ask(t, srv, "udp", "web.example.com.", "A")
	assert.Equal(t, dns.RcodeSuccess, r.Rcode)
	assert.False(t, r.Authoritative)
	assert.Empty(t, r.Answer)
	assert.Equal(t, []string{". 3600 NS root-server.test."}, section(r.Ns))
}

// The answer that does not belong to the query is told as silence, after what
// was sent.
func TestWrongIDAndQuestion(t *testing.T) {
	t.Parallel()
	for kind, network := range map[FaultKind]string{WrongID: "udp", WrongQuestion: "tcp"} {
		srv, told := teller(t, world, string(kind)+" web.example.com. A")
		c, err := dns.DialTimeout(network, srv.ListenAddr(), patience)
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
		q := new(dns.Msg).SetQuestion("web.example.com.", dns.TypeA)
		require.NoError(t, c.WriteMsg(q))
		wire, err := c.ReadMsgHeader(nil)
		require.NoError(t, err)
		var r dns.Msg
		require.NoError(t, r.Unpack(wire))
		assert.Equal(t, kind == WrongID, r.Id != q.Id, "%s: ID", kind)
		assert.Equal(t, kind == WrongQuestion, r.Question[0].Name != q.Question[0].Name, "%s: question", kind)
		assert.Len(t, r.Answer, 1)
		sent := int64(len(wire))
		if network == "tcp" {
			sent += 2
		}
		assert.Equal(t, telling{peer: c.LocalAddr().String(), sent: sent}, heard(t, told))
		assert.Equal(t, sent, srv.Sent(c.LocalAddr()))
	}
}

// An answer has exactly the octets that were wished for, or is cut.
func TestSize(t *testing.T) {
	t.Parallel()
	srv := serve(t, world)
	for _, c := range []struct {
		network string
		size    string
		edns    uint16
		octets  int // 0: cut
	}{
		{"udp", "512", 0, 512}, {"udp", "513", 0, 0}, {"udp", "1232", 1232, 1232}, {"udp", "1233", 1232, 0}, {"udp", "65535", 1232, 0},
		{"tcp", "513", 0, 513}, {"tcp", "65535", 1232, 65535},
	} {
		setFaults(t, srv, "size="+c.size+" web.example.com. A")
		q := new(dns.Msg).SetQuestion("web.example.com.", dns.TypeA)
		if c.edns > 0 {
			q.SetEdns0(c.edns, false)
		}
		co, err := dns.DialTimeout(c.network, srv.ListenAddr(), patience)
		require.NoError(t, err)
		t.Cleanup(func() { _ = co.Close() })
		require.NoError(t, co.SetDeadline(time.Now().Add(patience)))
		co.UDPSize = 65535
		require.NoError(t, co.WriteMsg(q))
		wire, err := co.ReadMsgHeader(nil)
		require.NoError(t, err)
		var r dns.Msg
		require.NoError(t, r.Unpack(wire))
		assert.Equal(t, c.octets == 0, r.Truncated, "%+v", c)
		assert.True(t, slices.ContainsFunc(r.Answer, func(rr dns.RR) bool { return rr.Header().Rrtype == dns.TypeA }), "%+v", c)
		if c.octets > 0 {
			assert.Len(t, wire, c.octets, "%+v", c)
		}
	}
}

// Each query meets the last fault that concerns it, and the last delay.
func TestTheLastFaultCounts(t *testing.T) {
	t.Parallel()
	srv, told := teller(t, world, "servfail web.example.com. A", "refused web.example.com. A attempts=1", "delay=1s web.example.com. A", "delay=2s web.example.com. A attempts=2-2")
	assert.Equal(t, dns.RcodeRefused, ask(t, srv, "udp", "web.example.com.", "A").Rcode)
	assert.Equal(t, time.Second, heard(t, told).late)
	assert.Equal(t, dns.RcodeServerFailure, ask(t, srv, "udp", "web.example.com.", "A").Rcode)
	assert.Equal(t, 2*time.Second, heard(t, told).late)
}

// An address that stands where a name belongs is a name that the root denies.
func TestAddressAsName(t *testing.T) {
	t.Parallel()
	srv := serve(t, "example.com. MX 10 192.0.2.1.\nweb.example.com. A 192.0.2.1")
	r := ask(t, srv, "udp", "192.0.2.1.", "A")
	assert.Equal(t, dns.RcodeNameError, r.Rcode)
	require.Len(t, r.Ns, 1)
	assert.Equal(t, ".", r.Ns[0].Header().Name, "the SOA of the root")
	for _, name := range []string{"192.0.2.1x.", "1.test.", "."} {
		assert.Equal(t, dns.RcodeRefused, ask(t, srv, "udp", name, "A").Rcode, name)
	}
	assert.Equal(t, dns.RcodeSuccess, ask(t, serve(t, "a.1. A 192.0.2.1"), "udp", "a.1.", "A").Rcode, "a zone of that name is served")
}

// RFC 1035 section 3.2.1: a TTL of 0 is one, and means that nothing is kept.
func TestZeroTTL(t *testing.T) {
	t.Parallel()
	srv := serve(t, "$TTL 300\na.test. 0 A 192.0.2.1\na.test. MX 10 a.test.\n")
	assert.Equal(t, []string{"a.test. 0 A 192.0.2.1"}, section(ask(t, srv, "udp", "a.test.", "A").Answer))
	assert.Equal(t, []string{"a.test. 300 MX 10 a.test."}, section(ask(t, srv, "udp", "a.test.", "MX").Answer))
}
