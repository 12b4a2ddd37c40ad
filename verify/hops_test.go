package verify_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
)

// known builds lookups from lines "NAME TYPE DATA,DATA" or "NAME TYPE STATUS".
func known(lines ...string) map[verify.Question]verify.Answer {
	all := map[verify.Question]verify.Answer{}
	for _, line := range lines {
		words := strings.SplitN(line, " ", 3)
		a := verify.Answer{Status: verify.NoError}
		for data := range strings.SplitSeq(words[2], ",") {
			var mx verify.MX
			addr, err := netip.ParseAddr(data)
			switch n, _ := fmt.Sscanf(data, "%d %s", &mx.Preference, &mx.Host); {
			case n == 2:
				a.MX = append(a.MX, mx)
			case err == nil:
				a.Addrs = append(a.Addrs, addr)
			case words[1] == "PTR" && strings.Contains(data, "."):
				a.Names = append(a.Names, data)
			default:
				a.Status = verify.Status(data)
			}
		}
		all[verify.Question{Name: words[0], Type: words[1]}] = a
	}
	return all
}

// show writes hops as "HOST ADDRESS" or "HOST !FAULT", with preference and
// routes where they matter.
func show(hops []verify.Hop) []string {
	var all []string
	for _, h := range hops {
		text := h.Host
		if h.Addr.IsValid() {
			text += " " + h.Addr.Addr().String()
			if h.Addr.Port() != 25 {
				text += fmt.Sprintf(":%d", h.Addr.Port())
			}
		}
		if h.Fault != "" {
			text += " !" + string(h.Fault)
		}
		if h.Implicit {
			text += " implicit"
		}
		if len(h.Routes) > 0 {
			text += " by " + strings.Join(h.Routes, "+")
		}
		all = append(all, strings.TrimSpace(text))
	}
	return all
}

// TestNextHops: RFC 5321 section 5.1, RFC 7505, and SMTP routes.
func TestNextHops(t *testing.T) {
	t.Parallel()
	literal := netip.MustParseAddr("192.0.2.9")
	rows := []struct {
		name   string
		known  []string
		routes []verify.Route
		want   []string
	}{
		{"lower preference first, equal ones in the order of the answer",
			[]string{"example.com MX 20 c.example,10 b.example,10 a.example",
				"a.example A 192.0.2.1", "a.example AAAA NODATA", "b.example A 192.0.2.2", "b.example AAAA NODATA", "c.example A 192.0.2.3", "c.example AAAA NODATA"},
			nil, []string{"b.example 192.0.2.2", "a.example 192.0.2.1", "c.example 192.0.2.3"}},
		{"every address of a host, A before AAAA",
			[]string{"example.com MX 10 a.example", "a.example A 192.0.2.1,192.0.2.2", "a.example AAAA 2001:db8::1"},
			nil, []string{"a.example 192.0.2.1", "a.example 192.0.2.2", "a.example 2001:db8::1"}},
		{"no MX record: the name itself",
			[]string{"example.com MX NODATA", "example.com A 192.0.2.1", "example.com AAAA NODATA"},
			nil, []string{"example.com 192.0.2.1 implicit"}},
		{"MX records forbid the name's own address, also if they lead nowhere",
			[]string{"example.com MX 10 gone.example", "example.com A 192.0.2.1", "gone.example A NXDOMAIN", "gone.example AAAA NXDOMAIN"},
			nil, []string{"gone.example !nxdomain"}},
		{"null MX", []string{"example.com MX 0 ."}, nil, []string{"!null-mx"}},
		{"a null MX beside another MX",
			[]string{"example.com MX 0 .,10 a.example", "a.example A 192.0.2.1", "a.example AAAA NODATA"},
			nil, []string{". !null-mx", "a.example 192.0.2.1"}},
		{"null MX records alone", []string{"example.com MX 0 .,10 ."}, nil, []string{"!null-mx"}},
		{"NXDOMAIN", []string{"example.com MX NXDOMAIN"}, nil, []string{"!nxdomain"}},
		{"SERVFAIL", []string{"example.com MX SERVFAIL"}, nil, []string{"!lookup"}},
		{"TIMEOUT", []string{"example.com MX TIMEOUT"}, nil, []string{"!lookup"}},
		{"a host without any address", []string{"example.com MX 10 a.example", "a.example A NODATA", "a.example AAAA NODATA"}, nil, []string{"a.example !no-address"}},
		{"one family fails, the other has none", []string{"example.com MX 10 a.example", "a.example A NODATA", "a.example AAAA SERVFAIL"}, nil, []string{"a.example !lookup"}},
		{"one family fails, the other serves", []string{"example.com MX 10 a.example", "a.example A SERVFAIL", "a.example AAAA 2001:db8::1"}, nil, []string{"a.example 2001:db8::1"}},
		{"routes instead of MX, lowest priority number first",
			[]string{"b.example MX NODATA", "b.example A 192.0.2.2", "b.example AAAA NODATA"},
			[]verify.Route{{Name: "b.example", Priority: 10}, {Addr: literal}},
			[]string{"192.0.2.9 192.0.2.9", "b.example 192.0.2.2 by b.example"}},
		{"a route's name may have an MX of its own",
			[]string{"b.example MX 10 mx.b.example", "mx.b.example A 192.0.2.2", "mx.b.example AAAA NODATA"},
			[]verify.Route{{Name: "b.example", Port: 2525}},
			[]string{"mx.b.example 192.0.2.2:2525 by b.example"}},
		{"two route names at one address share a hop",
			[]string{"a.example MX NODATA", "a.example A 192.0.2.2", "a.example AAAA NODATA", "b.example MX NODATA", "b.example A 192.0.2.2", "b.example AAAA NODATA"},
			[]verify.Route{{Name: "a.example"}, {Name: "b.example"}},
			[]string{"a.example 192.0.2.2 by a.example+b.example"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			hops, needs := verify.Evidence{Domain: "example.com", Routes: row.routes, Lookups: known(row.known...)}.NextHops()
			assert.Empty(t, needs)
			assert.Equal(t, row.want, show(hops))
		})
	}
}

// TestNextHopsNeeds: what is not known is asked for, no more than is needed.
func TestNextHopsNeeds(t *testing.T) {
	t.Parallel()
	_, needs := verify.Evidence{Domain: "example.com"}.NextHops()
	assert.Equal(t, []verify.Need{{Question: verify.Question{Name: "example.com", Type: "MX"}}}, needs)
	_, needs = verify.Evidence{Domain: "example.com", Lookups: known("example.com MX 10 a.example", "a.example A 192.0.2.1")}.NextHops()
	assert.Equal(t, []verify.Need{{Question: verify.Question{Name: "a.example", Type: "AAAA"}}}, needs)
	_, needs = verify.Evidence{Domain: "example.com", Routes: []verify.Route{{Addr: netip.MustParseAddr("192.0.2.9")}}}.NextHops()
	assert.Empty(t, needs, "a route to an address needs no DNS")
}

// TestReverse: a PTR name is confirmed by its own addresses, of the same family.
func TestReverse(t *testing.T) {
	t.Parallel()
	ev := verify.Evidence{Lookups: known("1.2.0.192.in-addr.arpa PTR a.example,b.example,c.example",
		"a.example A 192.0.2.1", "b.example A 192.0.2.99", "c.example A SERVFAIL")}
	status, entries, needs := ev.Reverse(netip.MustParseAddr("192.0.2.1"))
	assert.Empty(t, needs)
	assert.Equal(t, verify.NoError, status)
	assert.Equal(t, []verify.ReverseEntry{{"a.example", verify.NoError, true}, {"b.example", verify.NoError, false}, {"c.example", verify.ServFail, false}}, entries)

	_, _, needs = ev.Reverse(netip.MustParseAddr("2001:db8::1"))
	assert.Equal(t, "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", needs[0].Question.Name)
	assert.Equal(t, "9.2.0.192.in-addr.arpa", verify.ReverseName(netip.MustParseAddr("::ffff:192.0.2.9")), "an IPv4 address in the form of IPv6")
}

// TestMXNames: the domain's own names, whatever routes it has.
func TestMXNames(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string][]string{
		"20 b.example,10 a.example": {"a.example", "b.example"},
		"NODATA":                    {"example.com"},
		"0 .":                       nil,
		"SERVFAIL":                  nil,
	} {
		_, names, needs := verify.Evidence{Domain: "example.com", Lookups: known("example.com MX " + answer)}.MXNames()
		assert.Empty(t, needs)
		assert.Equal(t, want, names, answer)
	}
}
