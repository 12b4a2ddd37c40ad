package probe

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
)

func addrs(list ...string) (as []netip.Addr) {
	for _, a := range list {
		as = append(as, netip.MustParseAddr(a))
	}
	return as
}

func TestLookup(t *testing.T) {
	t.Parallel()
	soa, err := dns.NewRR("example.com. 300 IN SOA ns.example.com. host.example.com. 1 2 3 4 5")
	require.NoError(t, err)
	ns, err := dns.NewRR(". 300 IN NS root-server.test.")
	require.NoError(t, err)
	circle := func(name, target string) reply { return answers(t, name+" 300 IN CNAME "+target) }
	long := map[string]reply{}
	var hundreds []string
	for i := range 300 {
		long[fmt.Sprintf("c%d.example. A", i)] = circle(fmt.Sprintf("c%d.example.", i), fmt.Sprintf("c%d.example.", i+1))
		hundreds = append(hundreds, fmt.Sprintf("many.example. 300 IN A 192.0.2.%d", i%256))
	}
	for _, st := range []struct {
		name    string
		q       verify.Question
		replies map[string]reply
		want    verify.Answer
		asked   []string
	}{
		{
			name: "MX in the order of the answer, null MX, lower case",
			q:    verify.Question{Name: "example.com", Type: "MX"},
			replies: map[string]reply{"example.com. MX": answers(t, "Example.COM. 300 IN MX 20 B.Example.", "example.com. 300 IN MX 10 a.example.",
				"example.com. 300 IN MX 0 .", "other.example. 300 IN MX 1 stray.example.", "a.example. 300 IN A 192.0.2.1")},
			want:  verify.Answer{Status: verify.NoError, MX: []verify.MX{{Preference: 20, Host: "b.example"}, {Preference: 10, Host: "a.example"}, {Preference: 0, Host: "."}}},
			asked: []string{"udp example.com. MX"},
		},
		{
			name:    "addresses",
			q:       verify.Question{Name: "a.example", Type: "AAAA"},
			replies: map[string]reply{"a.example. AAAA": answers(t, "a.example. 300 IN AAAA 2001:db8::1", "a.example. 300 IN AAAA 2001:db8::2")},
			want:    verify.Answer{Status: verify.NoError, Addrs: addrs("2001:db8::1", "2001:db8::2")},
			asked:   []string{"udp a.example. AAAA"},
		},
		{
			name: "PTR through a CNAME, RFC 2317",
			q:    verify.Question{Name: "1.2.0.192.in-addr.arpa", Type: "PTR"},
			replies: map[string]reply{"1.2.0.192.in-addr.arpa. PTR": answers(t, "1.2.0.192.in-addr.arpa. 300 IN CNAME 1.0/25.2.0.192.in-addr.arpa.",
				"1.0/25.2.0.192.in-addr.arpa. 300 IN PTR MX.example.")},
			want:  verify.Answer{Status: verify.NoError, CNAMEs: []string{"1.0/25.2.0.192.in-addr.arpa"}, Names: []string{"mx.example"}},
			asked: []string{"udp 1.2.0.192.in-addr.arpa. PTR"},
		},
		{
			name: "a chain that has to be asked on",
			q:    verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"a.example. A": answers(t, "a.example. 300 IN CNAME b.example.", "b.example. 300 IN CNAME c.example."),
				"c.example. A": answers(t, "c.example. 300 IN A 192.0.2.1")},
			want:  verify.Answer{Status: verify.NoError, CNAMEs: []string{"b.example", "c.example"}, Addrs: addrs("192.0.2.1")},
			asked: []string{"udp a.example. A", "udp c.example. A"},
		},
		{
			name:    "a chain that leads where nobody answers for",
			q:       verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"a.example. A": circle("a.example.", "b.example."), "b.example. A": fails(dns.RcodeRefused)},
			want:    verify.Answer{Status: verify.RefusedQ, CNAMEs: []string{"b.example"}},
			asked:   []string{"udp a.example. A", "udp b.example. A"},
		},
		{
			name:    "NXDOMAIN speaks of the end of the chain",
			q:       verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"a.example. A": both(circle("a.example.", "b.example."), fails(dns.RcodeNameError))},
			want:    verify.Answer{Status: verify.NXDomain, CNAMEs: []string{"b.example"}},
			asked:   []string{"udp a.example. A"},
		},
		{
			name: "an SOA says that the end of the chain has no data",
			q:    verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"a.example. A": both(circle("a.example.", "b.example.com."),
				func(_ dns.ResponseWriter, m *dns.Msg) { m.Ns = []dns.RR{soa} })},
			want:  verify.Answer{Status: verify.NoData, CNAMEs: []string{"b.example.com"}},
			asked: []string{"udp a.example. A"},
		},
		{
			name:    "a circle in one answer",
			q:       verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"a.example. A": answers(t, "a.example. 300 IN CNAME b.example.", "b.example. 300 IN CNAME a.example.")},
			want:    verify.Answer{Status: verify.Malformed, CNAMEs: []string{"b.example"}},
			asked:   []string{"udp a.example. A"},
		},
		{
			name: "a circle over two answers that does not come back to its start",
			q:    verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"a.example. A": circle("a.example.", "b.example."), "b.example. A": circle("b.example.", "c.example."),
				"c.example. A": circle("c.example.", "b.example.")},
			want:  verify.Answer{Status: verify.Malformed, CNAMEs: []string{"b.example", "c.example"}},
			asked: []string{"udp a.example. A", "udp b.example. A", "udp c.example. A"},
		},
		{name: "no data", q: verify.Question{Name: "a.example", Type: "MX"}, replies: map[string]reply{"a.example. MX": answers(t)},
			want: verify.Answer{Status: verify.NoData}, asked: []string{"udp a.example. MX"}},
		{name: "no such name", q: verify.Question{Name: "a.example", Type: "MX"},
			want: verify.Answer{Status: verify.NXDomain}, asked: []string{"udp a.example. MX"}},
		{name: "SERVFAIL is an answer", q: verify.Question{Name: "a.example", Type: "MX"}, replies: map[string]reply{"a.example. MX": fails(dns.RcodeServerFailure)},
			want: verify.Answer{Status: verify.ServFail}, asked: []string{"udp a.example. MX"}},
		{name: "an RCODE contradicts its records", q: verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"a.example. A": both(answers(t, "a.example. 300 IN A 192.0.2.1"), fails(dns.RcodeServerFailure))},
			want:    verify.Answer{Status: verify.ServFail}, asked: []string{"udp a.example. A"}},
		{name: "an unusual RCODE", q: verify.Question{Name: "a.example", Type: "MX"}, replies: map[string]reply{"a.example. MX": fails(dns.RcodeNotAuth)},
			want: verify.Answer{Status: "NOTAUTH"}, asked: []string{"udp a.example. MX"}},
		{name: "an RCODE without a name", q: verify.Question{Name: "a.example", Type: "MX"}, replies: map[string]reply{"a.example. MX": fails(12)},
			want: verify.Answer{Status: "RCODE12"}, asked: []string{"udp a.example. MX"}},
		{
			name:    "a referral is no answer, RFC 2308 section 2.2",
			q:       verify.Question{Name: "a.example", Type: "MX"},
			replies: map[string]reply{"a.example. MX": func(_ dns.ResponseWriter, m *dns.Msg) { m.Ns = []dns.RR{ns} }},
			want:    verify.Answer{Status: verify.Referral}, asked: []string{"udp a.example. MX"},
		},
		{
			name:    "NS records beside an SOA are NODATA",
			q:       verify.Question{Name: "a.example", Type: "MX"},
			replies: map[string]reply{"a.example. MX": func(_ dns.ResponseWriter, m *dns.Msg) { m.Ns = []dns.RR{ns, soa} }},
			want:    verify.Answer{Status: verify.NoData}, asked: []string{"udp a.example. MX"},
		},
		{
			name: "a referral at the end of a chain is asked on, once",
			q:    verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"a.example. A": both(circle("a.example.", "b.example."), func(_ dns.ResponseWriter, m *dns.Msg) { m.Ns = []dns.RR{ns} }),
				"b.example. A": func(_ dns.ResponseWriter, m *dns.Msg) { m.Ns = []dns.RR{ns} }},
			want:  verify.Answer{Status: verify.Referral, CNAMEs: []string{"b.example"}},
			asked: []string{"udp a.example. A", "udp b.example. A"},
		},
		{
			name: "truncated, and nothing by TCP",
			q:    verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"udp a.example. A": both(answers(t, "a.example. 300 IN A 192.0.2.1"),
				func(_ dns.ResponseWriter, m *dns.Msg) { m.Truncated = true }), "tcp a.example. A": nil},
			want:  verify.Answer{Status: verify.TimeOut, Troubles: []verify.Trouble{verify.Truncated}},
			asked: []string{"udp a.example. A", "tcp a.example. A", "udp a.example. A", "tcp a.example. A"},
		},
		{name: "silence", q: verify.Question{Name: "a.example", Type: "MX"}, replies: map[string]reply{"a.example. MX": nil},
			want: verify.Answer{Status: verify.TimeOut}, asked: []string{"udp a.example. MX", "udp a.example. MX"}},
		{
			name: "truncated",
			q:    verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"udp a.example. A": func(_ dns.ResponseWriter, m *dns.Msg) { m.Truncated = true },
				"tcp a.example. A": answers(t, "a.example. 300 IN A 192.0.2.1")},
			want:  verify.Answer{Status: verify.NoError, Addrs: addrs("192.0.2.1"), Troubles: []verify.Trouble{verify.Truncated}},
			asked: []string{"udp a.example. A", "tcp a.example. A"},
		},
		{
			name: "truncated in the middle of a record",
			q:    verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"udp a.example. A": func(w dns.ResponseWriter, m *dns.Msg) {
				m.Truncated = true
				m.Answer = []dns.RR{soa}
				wire, err := m.Pack()
				assert.NoError(t, err)
				w.Write(wire[:len(wire)-9])
			}, "tcp a.example. A": answers(t, "a.example. 300 IN A 192.0.2.1")},
			want:  verify.Answer{Status: verify.NoError, Addrs: addrs("192.0.2.1"), Troubles: []verify.Trouble{verify.Truncated}},
			asked: []string{"udp a.example. A", "tcp a.example. A"},
		},
		{
			name: "answers to other questions come first",
			q:    verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"a.example. A": func(w dns.ResponseWriter, m *dns.Msg) {
				forged, err := dns.NewRR("a.example. 300 IN A 203.0.113.66")
				assert.NoError(t, err)
				for _, change := range []func(*dns.Msg){
					func(m *dns.Msg) { m.Id++ },
					func(m *dns.Msg) { m.Response = false },
					func(m *dns.Msg) { m.Question[0].Name = "b.example." },
					func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeAAAA },
					func(m *dns.Msg) { m.Question = nil },
				} {
					other := m.Copy()
					other.Answer = []dns.RR{forged}
					change(other)
					assert.NoError(t, w.WriteMsg(other))
				}
				w.Write([]byte("x"))
				m.Question[0].Name = "A.EXAMPLE."
				answers(t, "A.example. 300 IN A 192.0.2.1")(w, m)
			}},
			want: verify.Answer{Status: verify.NoError, Addrs: addrs("192.0.2.1"),
				Troubles: []verify.Trouble{verify.OtherID, verify.OtherQuestion}},
			asked: []string{"udp a.example. A"},
		},
		{
			name: "nothing but answers to other questions",
			q:    verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"udp a.example. A": func(_ dns.ResponseWriter, m *dns.Msg) { m.Truncated = true },
				"tcp a.example. A": func(w dns.ResponseWriter, m *dns.Msg) {
					m.Id++
					for range maxStrays {
						w.WriteMsg(m)
					}
				}},
			want:  verify.Answer{Status: verify.Malformed, Troubles: []verify.Trouble{verify.Truncated, verify.OtherID}},
			asked: []string{"udp a.example. A", "tcp a.example. A"},
		},
		{
			name: "not a DNS message",
			q:    verify.Question{Name: "a.example", Type: "A"},
			replies: map[string]reply{"a.example. A": func(w dns.ResponseWriter, m *dns.Msg) {
				w.Write([]byte{byte(m.Id >> 8), byte(m.Id), 0x80, 0, 0, 1, 0, 9, 0, 0, 0, 0, 77})
			}},
			want:  verify.Answer{Status: verify.Malformed},
			asked: []string{"udp a.example. A"},
		},
		{
			name:    "more records than are taken",
			q:       verify.Question{Name: "many.example", Type: "A"},
			replies: map[string]reply{"udp many.example. A": func(_ dns.ResponseWriter, m *dns.Msg) { m.Truncated = true }, "tcp many.example. A": answers(t, hundreds...)},
			want: verify.Answer{Status: verify.NoError, Addrs: func() (as []netip.Addr) {
				for i := range MaxRecords {
					as = append(as, netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}))
				}
				return as
			}(), Troubles: []verify.Trouble{verify.Truncated}},
			asked: []string{"udp many.example. A", "tcp many.example. A"},
		},
		{name: "a name that no message can hold", q: verify.Question{Name: strings.Repeat("x", 64) + ".example", Type: "A"}, want: verify.Answer{Status: verify.Malformed}},
		{name: "no name", q: verify.Question{Type: "A"}, want: verify.Answer{Status: verify.Malformed}},
		{name: "a type without a place in the answer", q: verify.Question{Name: "a.example", Type: "TXT"}, want: verify.Answer{Status: verify.Malformed}},
	} {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			c, r := resolving(t, st.replies)
			assert.Equal(t, st.want, c.Lookup(t.Context(), st.q))
			asked, edns := r.queries()
			assert.Equal(t, st.asked, asked, "queries")
			assert.NotContains(t, edns, false, "a query has no EDNS0")
		})
	}
	t.Run("a chain without end", func(t *testing.T) {
		t.Parallel()
		c, r := resolving(t, long)
		a := c.Lookup(t.Context(), verify.Question{Name: "c0.example", Type: "A"})
		assert.Equal(t, verify.Malformed, a.Status)
		assert.Len(t, a.CNAMEs, MaxCNAMEs)
		asked, _ := r.queries()
		assert.Len(t, asked, MaxCNAMEs+1)
	})
}

// RFC 6891 section 7: the question is put again without EDNS0 to a server that
// does not know it, whether or not that server repeats the question.
func TestLookupWithoutEDNS(t *testing.T) {
	t.Parallel()
	for _, header := range []bool{false, true} {
		var n atomic.Int32
		c, r := resolving(t, map[string]reply{"a.example. A": func(w dns.ResponseWriter, m *dns.Msg) {
			if n.Add(1) > 1 {
				answers(t, "a.example. 300 IN A 192.0.2.1")(w, m)
				return
			}
			m.Rcode = dns.RcodeFormatError
			if header {
				m.Question = nil
			}
		}})
		a := c.Lookup(t.Context(), verify.Question{Name: "a.example", Type: "A"})
		assert.Equal(t, verify.Answer{Status: verify.NoError, Addrs: addrs("192.0.2.1"), Troubles: []verify.Trouble{verify.NoEDNS}}, a)
		_, edns := r.queries()
		assert.Equal(t, []bool{true, false}, edns)
	}
}

// What came at the second try, and what came late, says so.
func TestLookupTroubles(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	c, r := resolving(t, map[string]reply{"a.example. A": func(w dns.ResponseWriter, m *dns.Msg) {
		answers(t, "a.example. 300 IN A 192.0.2.1")(w, m)
		if n.Add(1) == 1 {
			m.Id++
			for range maxStrays {
				w.WriteMsg(m)
			}
		}
	}})
	var clock atomic.Int64 // seconds
	c.Now = func() time.Time { return time.Now().Add(time.Hour + time.Duration(clock.Load())*time.Second) }
	assert.Equal(t, verify.Malformed, c.Lookup(t.Context(), verify.Question{Name: "a.example", Type: "A"}).Status)
	assert.Empty(t, c.Lookup(t.Context(), verify.Question{Name: "a.example", Type: "A"}).Troubles)

	dial := c.Dial
	c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return slow{conn, &clock}, err
	}
	assert.Equal(t, []verify.Trouble{verify.LateAnswer}, c.Lookup(t.Context(), verify.Question{Name: "a.example", Type: "A"}).Troubles)

	failed := false
	c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if !failed {
			failed = true
			return nil, syscall.ECONNREFUSED
		}
		return dial(ctx, network, address)
	}
	assert.Equal(t, verify.Answer{Status: verify.NoError, Addrs: addrs("192.0.2.1"), Troubles: []verify.Trouble{verify.NoAnswer}},
		c.Lookup(t.Context(), verify.Question{Name: "a.example", Type: "A"}))
	asked, _ := r.queries()
	assert.Len(t, asked, 4)
}

// A slow connection moves the clock by two seconds with each read.
type slow struct {
	net.Conn
	clock *atomic.Int64
}

func (s slow) Read(b []byte) (int, error) {
	s.clock.Add(2)
	return s.Conn.Read(b)
}

// Where nobody listens nobody answers.
func TestLookupWithoutServer(t *testing.T) {
	t.Parallel()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	pc.Close()
	c := &Client{Resolver: pc.LocalAddr().String(), Now: time.Now}
	assert.Equal(t, verify.Answer{Status: verify.TimeOut}, c.Lookup(t.Context(), verify.Question{Name: "a.example", Type: "A"}))
}
