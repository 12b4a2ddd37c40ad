package fakedns

import (
	"fmt"
	"strings"
	"testing"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const world = `
$TTL 300
example.com.            MX    10 mx01.subd.emailhosted.not.
example.com.            MX    20 mx02.subd.emailhosted.not.
mx01.subd.emailhosted.not. A  192.0.2.1
mx01.subd.emailhosted.not. AAAA 2001:db8::1
mx02.subd.emailhosted.not. CNAME mx01.subd.emailhosted.not.
1.2.0.192.in-addr.arpa. PTR   mx0a.emailhosted.not.
2.2.0.192.in-addr.arpa. CNAME 2.0-25.2.0.192.in-addr.arpa.
2.0-25.2.0.192.in-addr.arpa. PTR mx0b.emailhosted.not.
Www.example.com.        CNAME Web.Example.com.
web.example.com.        A     192.0.2.80
gone.example.com.       CNAME nowhere.example.com.
empty.example.com.      CNAME example.com.
away.example.com.       CNAME www.elsewhere.test.
circle.example.com.     CNAME ring.example.com.
ring.example.com.       CNAME circle.example.com.
self.example.com.       CNAME self.example.com.
*.wild.example.com.     TXT   "any"
host.wild.example.com.  A     192.0.2.81
_25._tcp.deep.wild.example.com. TLSA 3 1 1 00
*.alias.example.com.    CNAME web.example.com.
delegated.example.com.  NS    ns.delegated.example.com.
ns.delegated.example.com. A   192.0.2.53
signed.test.            60 SOA ns.signed.test. h.signed.test. 7 1 2 3 30
twice.example.com.      MX    1 web.example.com.
twice.example.com.      MX    2 WEB.example.com.
uneven.test.            20 A  192.0.2.5
uneven.test.            10 A  192.0.2.6
`

const madeSOA = "300 SOA ns.%[1]s hostmaster.%[1]s 1 3600 600 86400 300"

func made(apex string) []string { return []string{apex + " " + fmt.Sprintf(madeSOA, apex)} }

func TestAnswers(t *testing.T) {
	t.Parallel()
	srv := serve(t, world)
	var chain strings.Builder
	for i := range 20 {
		fmt.Fprintf(&chain, "c%d.long.test. CNAME c%d.long.test.\n", i, i+1)
	}
	long := serve(t, chain.String())
	for name, c := range map[string]struct {
		srv                 *Server
		ask, typ            string
		rcode               string
		status              string // as kept; the rcode unless stated
		notAuthoritative    bool
		outside             bool
		answer, auth, extra []string
	}{
		"MX with addresses": {ask: "example.com.", typ: "MX",
			answer: []string{"example.com. 300 MX 10 mx01.subd.emailhosted.not.", "example.com. 300 MX 20 mx02.subd.emailhosted.not."},
			extra:  []string{"mx01.subd.emailhosted.not. 300 A 192.0.2.1", "mx01.subd.emailhosted.not. 300 AAAA 2001:db8::1"}},
		"MX twice to one host": {ask: "twice.example.com.", typ: "MX",
			answer: []string{"twice.example.com. 300 MX 1 web.example.com.", "twice.example.com. 300 MX 2 WEB.example.com."},
			extra:  []string{"web.example.com. 300 A 192.0.2.80"}},
		"AAAA": {ask: "mx01.subd.emailhosted.not.", typ: "AAAA", answer: []string{"mx01.subd.emailhosted.not. 300 AAAA 2001:db8::1"}},
		"PTR":  {ask: "1.2.0.192.in-addr.arpa.", typ: "PTR", answer: []string{"1.2.0.192.in-addr.arpa. 300 PTR mx0a.emailhosted.not."}},
		"PTR of RFC 2317": {ask: "2.2.0.192.in-addr.arpa.", typ: "PTR", answer: []string{
			"2.2.0.192.in-addr.arpa. 300 CNAME 2.0-25.2.0.192.in-addr.arpa.", "2.0-25.2.0.192.in-addr.arpa. 300 PTR mx0b.emailhosted.not."}},
		"case is echoed, and ignored": {ask: "EXAMPLE.com.", typ: "NS", status: "NODATA", auth: made("example.com.")},
		"case of the answer": {ask: "wWW.example.com.", typ: "A", answer: []string{
			"wWW.example.com. 300 CNAME Web.Example.com.", "Web.Example.com. 300 A 192.0.2.80"}},
		"smallest TTL":                {ask: "uneven.test.", typ: "A", answer: []string{"uneven.test. 10 A 192.0.2.5", "uneven.test. 10 A 192.0.2.6"}},
		"NODATA":                      {ask: "web.example.com.", typ: "MX", status: "NODATA", auth: made("example.com.")},
		"NXDOMAIN":                    {ask: "no.example.com.", typ: "A", rcode: "NXDOMAIN", auth: made("example.com.")},
		"NXDOMAIN, reverse":           {ask: "9.2.0.192.in-addr.arpa.", typ: "PTR", rcode: "NXDOMAIN", auth: made("2.0.192.in-addr.arpa.")},
		"NXDOMAIN, reverse IPv6":      {ask: "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.", typ: "PTR", rcode: "NXDOMAIN", auth: made("0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.")},
		"a name below a leaf":         {ask: "a.web.example.com.", typ: "A", rcode: "NXDOMAIN", auth: made("example.com.")},
		"empty non-terminal":          {ask: "subd.emailhosted.not.", typ: "A", status: "NODATA", auth: made("emailhosted.not.")},
		"TTL of the denial":           {ask: "x.signed.test.", typ: "A", rcode: "NXDOMAIN", auth: []string{"signed.test. 30 SOA ns.signed.test. h.signed.test. 7 1 2 3 30"}},
		"SOA itself keeps its TTL":    {ask: "signed.test.", typ: "SOA", answer: []string{"signed.test. 60 SOA ns.signed.test. h.signed.test. 7 1 2 3 30"}},
		"made SOA":                    {ask: "example.com.", typ: "SOA", answer: []string{"example.com. 3600 SOA ns.example.com. hostmaster.example.com. 1 3600 600 86400 300"}},
		"outside":                     {ask: "www.elsewhere.test.", typ: "A", rcode: "REFUSED", notAuthoritative: true, outside: true},
		"outside, a suffix in common": {ask: "notexample.com.", typ: "A", rcode: "REFUSED", notAuthoritative: true, outside: true},
		"outside, a zone's parent":    {ask: "com.", typ: "A", rcode: "REFUSED", notAuthoritative: true, outside: true},
		"the root":                    {ask: ".", typ: "NS", rcode: "REFUSED", notAuthoritative: true, outside: true},
		"CNAME asked for":             {ask: "gone.example.com.", typ: "CNAME", answer: []string{"gone.example.com. 300 CNAME nowhere.example.com."}},
		"CNAME to a missing name":     {ask: "gone.example.com.", typ: "A", rcode: "NXDOMAIN", answer: []string{"gone.example.com. 300 CNAME nowhere.example.com."}, auth: made("example.com.")},
		"CNAME to no data":            {ask: "empty.example.com.", typ: "A", status: "NODATA", answer: []string{"empty.example.com. 300 CNAME example.com."}, auth: made("example.com.")},
		"CNAME into another zone": {ask: "mx02.subd.emailhosted.not.", typ: "A", answer: []string{
			"mx02.subd.emailhosted.not. 300 CNAME mx01.subd.emailhosted.not.", "mx01.subd.emailhosted.not. 300 A 192.0.2.1"}},
		"CNAME to outside": {ask: "away.example.com.", typ: "A", answer: []string{"away.example.com. 300 CNAME www.elsewhere.test."}},
		"CNAME circle": {ask: "circle.example.com.", typ: "A", answer: []string{
			"circle.example.com. 300 CNAME ring.example.com.", "ring.example.com. 300 CNAME circle.example.com."}},
		"CNAME to itself":             {ask: "self.example.com.", typ: "A", answer: []string{"self.example.com. 300 CNAME self.example.com."}},
		"wildcard":                    {ask: "a.b.wild.example.com.", typ: "TXT", answer: []string{`a.b.wild.example.com. 300 TXT "any"`}},
		"wildcard without the type":   {ask: "a.wild.example.com.", typ: "A", status: "NODATA", auth: made("example.com.")},
		"wildcard asked for":          {ask: "*.wild.example.com.", typ: "TXT", answer: []string{`*.wild.example.com. 300 TXT "any"`}},
		"wildcard, existing name":     {ask: "host.wild.example.com.", typ: "TXT", status: "NODATA", auth: made("example.com.")},
		"wildcard, below existing":    {ask: "x.host.wild.example.com.", typ: "TXT", rcode: "NXDOMAIN", auth: made("example.com.")},
		"wildcard, non-terminal":      {ask: "_tcp.deep.wild.example.com.", typ: "TXT", status: "NODATA", auth: made("example.com.")},
		"wildcard, below the same":    {ask: "_26._tcp.deep.wild.example.com.", typ: "TXT", rcode: "NXDOMAIN", auth: made("example.com.")},
		"wildcard CNAME is followed":  {ask: "x.alias.example.com.", typ: "A", answer: []string{"x.alias.example.com. 300 CNAME web.example.com.", "web.example.com. 300 A 192.0.2.80"}},
		"delegation":                  {ask: "x.delegated.example.com.", typ: "A", notAuthoritative: true, auth: []string{"delegated.example.com. 300 NS ns.delegated.example.com."}, extra: []string{"ns.delegated.example.com. 300 A 192.0.2.53"}},
		"delegation, the cut itself":  {ask: "delegated.example.com.", typ: "NS", notAuthoritative: true, auth: []string{"delegated.example.com. 300 NS ns.delegated.example.com."}, extra: []string{"ns.delegated.example.com. 300 A 192.0.2.53"}},
		"delegation, glue":            {ask: "ns.delegated.example.com.", typ: "A", notAuthoritative: true, auth: []string{"delegated.example.com. 300 NS ns.delegated.example.com."}, extra: []string{"ns.delegated.example.com. 300 A 192.0.2.53"}},
		"delegation, DS is the upper": {ask: "delegated.example.com.", typ: "DS", status: "NODATA", auth: made("example.com.")},
		"ANY is one RRset":            {ask: "mx01.subd.emailhosted.not.", typ: "ANY", answer: []string{"mx01.subd.emailhosted.not. 300 A 192.0.2.1"}},
		"ANY of an alias":             {ask: "gone.example.com.", typ: "ANY", answer: []string{"gone.example.com. 300 CNAME nowhere.example.com."}},
		"ANY of a non-terminal":       {ask: "subd.emailhosted.not.", typ: "ANY", status: "NODATA", auth: made("emailhosted.not.")},
		"AXFR":                        {ask: "example.com.", typ: "AXFR", rcode: "REFUSED", notAuthoritative: true},
		"a long chain stops": {srv: long, ask: "c0.long.test.", typ: "A", answer: func() (out []string) {
			for i := range maxChain {
				out = append(out, fmt.Sprintf("c%d.long.test. 3600 CNAME c%d.long.test.", i, i+1))
			}
			return out
		}()},
	} {
		for _, network := range []string{"udp", "tcp"} {
			t.Run(name+"/"+network, func(t *testing.T) {
				if c.srv == nil {
					c.srv = srv
				}
				if c.rcode == "" {
					c.rcode = "NOERROR"
				}
				if c.status == "" {
					c.status = c.rcode
				}
				q := new(dns.Msg).SetQuestion(c.ask, dns.StringToType[c.typ])
				q.SetEdns0(4096, false) // a long chain fits
				r := exchange(t, c.srv, network, q)
				assert.Equal(t, c.rcode, dns.RcodeToString[r.Rcode])
				assert.Equal(t, c.answer, section(r.Answer), "answer")
				assert.Equal(t, c.auth, section(r.Ns), "authority")
				assert.Equal(t, c.extra, section(r.Extra), "additional")
				assert.Equal(t, !c.notAuthoritative, r.Authoritative, "AA")
				assert.False(t, r.RecursionAvailable, "RA")
				assert.Equal(t, q.Question, r.Question, "the question, in its own case")
				kept := c.srv.Queries()
				last := kept[len(kept)-1]
				assert.Equal(t, Query{Name: display(strings.ToLower(c.ask)), Type: c.typ, Net: network, Peer: last.Peer, Status: c.status, Outside: c.outside}, last)
			})
		}
	}
}

func TestHeaderBits(t *testing.T) {
	t.Parallel()
	srv := serve(t, world)
	for _, rd := range []bool{false, true} {
		q := new(dns.Msg).SetQuestion("web.example.com.", dns.TypeA)
		q.RecursionDesired, q.AuthenticatedData, q.CheckingDisabled, q.Zero = rd, true, true, true
		r := exchange(t, srv, "udp", q)
		want := dns.MsgHdr{Id: q.Id, Response: true, Authoritative: true, RecursionDesired: rd}
		assert.Equal(t, want, r.MsgHdr, "RFC 1035 section 4.1.1: RD is copied, Z and RA are zero, AD is not ours to set")
	}
}

func TestQueriesThatAreNotAnswered(t *testing.T) {
	t.Parallel()
	srv := serve(t, world)
	question := func() *dns.Msg { return new(dns.Msg).SetQuestion("web.example.com.", dns.TypeA) }

	chaos := question()
	chaos.Question[0].Qclass = dns.ClassCHAOS
	assert.Equal(t, dns.RcodeRefused, exchange(t, srv, "udp", chaos).Rcode, "class CH")

	for _, opcode := range []int{dns.OpcodeStatus, dns.OpcodeNotify, dns.OpcodeUpdate, 15} {
		q := question()
		q.Opcode = opcode
		r := exchange(t, srv, "udp", q)
		assert.Equal(t, dns.RcodeNotImplemented, r.Rcode, "opcode %d", opcode)
		assert.Equal(t, opcode, r.Opcode)
	}

	none := question()
	none.Question = nil
	assert.Equal(t, dns.RcodeFormatError, exchange(t, srv, "tcp", none).Rcode, "no question")

	two := question()
	two.Question = append(two.Question, two.Question[0])
	assert.Equal(t, dns.RcodeFormatError, exchange(t, srv, "tcp", two).Rcode, "two questions")

	statuses := map[string]int{}
	for _, q := range srv.Queries() {
		statuses[q.Status]++
	}
	assert.Equal(t, map[string]int{"REFUSED": 1, "NOTIMP": 1}, statuses, "what has a question that can be read is kept")
	require.NotEmpty(t, section(ask(t, srv, "udp", "web.example.com.", "A").Answer), "and the server goes on")
}
