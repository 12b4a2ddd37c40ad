package fakedns

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// FuzzZone holds that a text is either an error at a place in it, or a zone
// that is the same when it is written and read again, and that answers for
// each of its records.
func FuzzZone(f *testing.F) {
	for _, seed := range []string{
		"", world, pasted,
		"$ORIGIN example.\n$TTL 1h\n@ SOA ns hm ( 1 2\n3 4 5 )\n MX 10 mx\nmx A 192.0.2.1\n",
		`a\.b.example. TXT "x;(" y ; z`, "*.a.test. CNAME b.test.\nb.test. TYPE65280 \\# 2 abcd",
		"s.example. NS ns.s.example.\nns.s.example. AAAA 2001:db8::1", "a.test. SRV 0 0 25 b.test.",
		"a.test. HTTPS 1 . alpn=\"h2\"", "a.test. NAPTR 1 2 \"s\" \"x\" \"\" b.test.", "a.test. LOC 1 N 2 E 3m",
		"a.test. CAA 0 issue \"x\"", "a.test. HINFO a b", "a.test. NSEC b.test. A", "a.test. APL 1:192.0.2.0/24",
	} {
		f.Add(seed, "example.com")
	}
	f.Fuzz(func(t *testing.T, text, domain string) {
		z, err := ParseZone(text, domain)
		if err != nil {
			var se *SyntaxError
			if !errors.As(err, &se) || se.Offset < 0 || se.Offset > len(text) || se.Msg == "" {
				t.Fatalf("%#v is no error at a place in the text", err)
			}
			return
		}
		var written strings.Builder
		for _, r := range z.Records() {
			if r.Offset < 0 || r.Offset >= len(text) {
				t.Fatalf("%+v is not in the text", r)
			}
			fmt.Fprintf(&written, "%s %d IN %s %s\n", dns.Fqdn(r.Owner), r.TTL, r.Type, r.Data)
		}
		again, err := ParseZone(written.String(), domain)
		if err != nil {
			t.Fatalf("%v in\n%s", err, written.String())
		}
		if got, want := lines(again), lines(z); !slices.Equal(got, want) {
			t.Fatalf("written and read again:\n%q\nbefore:\n%q", got, want)
		}
		if got, want := again.Apexes(), z.Apexes(); !slices.Equal(got, want) {
			t.Fatalf("apexes, written and read again: %q, before: %q", got, want)
		}
		ix := newIndex(z)
		for _, r := range z.records {
			if a := ix.lookup(r.name, r.rr.Header().Rrtype); a.outside || a.rcode != dns.RcodeSuccess || len(a.answer)+len(a.ns) == 0 {
				t.Fatalf("%+v is answered with %+v", r.Record, a)
			}
			m := &dns.Msg{Question: []dns.Question{{Name: r.name, Qtype: dns.TypeANY, Qclass: dns.ClassINET}}}
			a := ix.lookup("x."+r.name, dns.TypeA)
			m.Answer, m.Ns, m.Extra = a.answer, a.ns, a.extra
			if _, err := m.Pack(); err != nil && len(r.name) < 250 {
				t.Fatalf("the answer to x.%s cannot be sent: %v", r.name, err)
			}
		}
	})
}

// FuzzFault holds that a line is either an error at a place in it, or a fault
// that is the same when it is written and read again.
func FuzzFault(f *testing.F) {
	for _, seed := range []string{"servfail a.test. A", "delay=2s a.test. MX", "timeout . TYPE65280", "truncate a\\.b.test ANY", "refused (a.test.\nA) ; x",
		"loss=1/2 a.test. A", "size=65535 a.test. A attempts=2-", "edns=formerr a.test. A", "truncate a.test. A tcp=reset attempts=1-3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		fault, err := ParseFault(line)
		if err != nil {
			var se *SyntaxError
			if !errors.As(err, &se) || se.Offset < 0 || se.Offset > len(line) || se.Msg == "" {
				t.Fatalf("%#v is no error at a place in the line", err)
			}
			return
		}
		again, err := ParseFault(fault.String())
		if err != nil || again != fault {
			t.Fatalf("written and read again: %+v, %v; before: %+v", again, err, fault)
		}
		if len(newMishaps([]Fault{fault}).faults) != 1 {
			t.Fatalf("%+v has no effect", fault)
		}
	})
}
