package fakedns

import (
	"fmt"
	"strings"
	"testing"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEDNS(t *testing.T) {
	t.Parallel()
	srv := serve(t, world)

	plain := ask(t, srv, "udp", "web.example.com.", "A")
	assert.Nil(t, plain.IsEdns0(), "no OPT to who sent none")

	for _, name := range []string{"web.example.com.", "no.example.com.", "elsewhere.test."} {
		q := new(dns.Msg).SetQuestion(name, dns.TypeA)
		q.SetEdns0(1232, true)
		q.IsEdns0().Option = []dns.EDNS0{&dns.EDNS0_LOCAL{Code: 65001, Data: []byte{1}}}
		opt := exchange(t, srv, "udp", q).IsEdns0()
		require.NotNil(t, opt, "RFC 6891 section 6.1.1: OPT is answered with OPT, also of %s", name)
		assert.True(t, opt.Do(), "RFC 3225: DO is copied")
		assert.Empty(t, opt.Option, "unknown options are ignored")
	}

	q := new(dns.Msg).SetQuestion("web.example.com.", dns.TypeA)
	q.SetEdns0(1232, false)
	q.IsEdns0().SetVersion(1)
	r := exchange(t, srv, "udp", q)
	assert.Equal(t, dns.RcodeBadVers, r.Rcode, "RFC 6891 section 6.1.3")
	assert.Empty(t, r.Answer)
	assert.Equal(t, uint8(0), r.IsEdns0().Version())

	q.IsEdns0().SetVersion(0)
	q.Extra = append(q.Extra, q.Extra[0])
	assert.Equal(t, dns.RcodeFormatError, exchange(t, srv, "udp", q).Rcode, "two OPT records")

	kept := srv.Queries()
	assert.Equal(t, []string{"BADVERS", "FORMERR"}, []string{kept[4].Status, kept[5].Status})
}

func TestTruncation(t *testing.T) {
	t.Parallel()
	var zone strings.Builder
	for i := range 40 {
		fmt.Fprintf(&zone, "example.com. MX %d mx%d.example.com.\nmx%d.example.com. A 192.0.2.%d\n", i, i, i, i)
	}
	for i := range 20 {
		fmt.Fprintf(&zone, "few.example.com. MX %d mx%d.example.com.\n", i, i)
	}
	for i := range 150 {
		fmt.Fprintf(&zone, "huge.example.com. TXT \"%03d%0240d\"\n", i, 0)
	}
	srv := serve(t, zone.String())
	for _, c := range []struct {
		name    string
		network string
		size    uint16 // advertised; 0 is no EDNS
		limit   int
		tc      bool
		answers int // -1: some, not all
		extra   int // -1: some, not all
	}{
		{"example.com.", "udp", 0, 512, true, -1, 0},
		{"example.com.", "udp", 100, 512, true, -1, 0}, // RFC 6891 section 6.2.3: below 512 is 512
		{"example.com.", "udp", 700, 700, true, -1, 0},
		{"example.com.", "udp", 4096, 4096, false, 40, 40},
		{"example.com.", "tcp", 0, 65535, false, 40, 40},
		{"few.example.com.", "udp", 0, 512, false, 20, 0},      // RFC 2181 section 9: addresses may be left out without TC
		{"huge.example.com.", "udp", 65535, 4096, true, -1, 0}, // no more than our own size
		{"huge.example.com.", "tcp", 0, 65535, false, 150, 0},
	} {
		t.Run(fmt.Sprint(c.name, c.network, c.size), func(t *testing.T) {
			q := new(dns.Msg).SetQuestion(c.name, dns.TypeMX)
			if strings.HasPrefix(c.name, "huge") {
				q.Question[0].Qtype = dns.TypeTXT
			}
			if c.size > 0 {
				q.SetEdns0(c.size, false)
			}
			r := exchange(t, srv, c.network, q)
			r.Compress = true
			assert.LessOrEqual(t, r.Len(), c.limit)
			assert.Equal(t, c.tc, r.Truncated, "TC")
			if c.answers < 0 {
				assert.Positive(t, len(r.Answer))
				assert.Less(t, len(r.Answer), 40)
			} else {
				assert.Len(t, r.Answer, c.answers)
			}
			assert.Len(t, section(r.Extra), c.extra)
			assert.Equal(t, c.size > 0, r.IsEdns0() != nil, "OPT is kept")
			require.NotEmpty(t, r.Question)
		})
	}
}
