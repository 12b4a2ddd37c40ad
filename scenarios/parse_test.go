package scenarios_test

import (
	"fmt"
	"io/fs"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakedns"
	"mxlab/scenarios"
	"mxlab/verify"
)

const whole = `# The certificate of the second host has expired.
# Nobody saw it, because the first host took all mail.

title: 'Expired certificate on host #2'
source: own incident   # ticket 7
domain: BÜCHER.Example

zone: |                                          # as dig said
  xn--bcher-kva.example.  300 IN MX 10 mx01.example.com.
  xn--bcher-kva.example.  300 IN MX 20 mx02.example.com.
  mx01.example.com.       300 IN A     192.0.2.1
  mx02.example.com.       300 IN AAAA  2001:db8::2
  www.example.com.        300 IN A     192.0.2.80

certs:
  old: CN=mx02.example.com SAN=mx02.example.com until=-1d
  new: 'CN="mx01 #1" SAN=mx01.example.com'

hosts:
  2001:db8::2: old, tls=1.2
  192.0.2.1: new, starttls=454  # once a day

faults:
  - servfail www.example.com. A
  - delay=2s mx01.example.com. A

expect:
  esa/5: deferred certificate-expired via mx02.example.com  # Cisco 213197
  # no TLS at all
  esa/no: cleartext
  esa/required-verify-hosted-domains mx-names=connected: deferred

scenery:
  - www.example.com. a
`

func TestParse(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("dir/f.yaml", "dir/f", []byte(whole))
	require.NoError(t, err)
	assert.Equal(t, "dir/f", s.Name)
	assert.Equal(t, "dir/f.yaml", s.File)
	assert.Equal(t, "The certificate of the second host has expired.\nNobody saw it, because the first host took all mail.", s.Comment)
	assert.Equal(t, "Expired certificate on host #2", s.Title)
	assert.Equal(t, "own incident", s.Source)
	assert.Equal(t, "xn--bcher-kva.example", s.Domain)
	assert.Len(t, s.Zone.Records(), 5)

	require.Len(t, s.Certs, 2)
	assert.Equal(t, []string{"old", "new"}, []string{s.Certs[0].Label, s.Certs[1].Label}, "certificates in the order of the file")
	assert.Equal(t, "mx01 #1", s.Certs[1].Spec.CN)

	require.Len(t, s.Hosts, 2)
	assert.Equal(t, netip.MustParseAddr("2001:db8::2"), s.Hosts[0].Addr, "hosts in the order of the file")
	assert.Equal(t, "old", s.Hosts[0].Host.Cert)
	require.Len(t, s.Hosts[1].Host.Faults, 1)
	assert.Equal(t, "starttls=454", s.Hosts[1].Host.Faults[0].String())

	require.Len(t, s.Faults, 2)
	assert.Equal(t, fakedns.FaultKind("servfail"), s.Faults[0].Kind)
	assert.Equal(t, 2*time.Second, s.Faults[1].Delay)
	assert.Equal(t, []scenarios.Scenery{{Owner: "www.example.com", Type: "A"}}, s.Scenery)

	require.Len(t, s.Expect, 3)
	first := s.Expect[0]
	assert.Equal(t, "esa/required-verify", first.Mode, "an alias is written out")
	assert.Equal(t, first.Mode, first.Policy.Mode())
	assert.Equal(t, verify.Deferred, first.Outcome)
	assert.Equal(t, "deferred certificate-expired via mx02.example.com", strings.Join(first.Words, " "))
	assert.Equal(t, "Cisco 213197", first.Comment)
	assert.Equal(t, "dir/f.yaml", first.File)
	line := strings.Count(whole[:strings.Index(whole, "  esa/5")], "\n") + 1
	assert.Equal(t, []int{line, 3}, []int{first.Line, first.Col}, "where the claim stands")
	assert.Equal(t, "no TLS at all", s.Expect[1].Comment, "a comment above the claim counts where none stands behind it")
	assert.Equal(t, "esa/required-verify-hosted-domains mx-names=connected", s.Expect[2].Mode)
}

const short = "title: t\ndomain: example.com\nzone: |\n  example.com. MX 0 .\n"

// What YAML would turn into something else stays text.
func TestScalarsAreText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"no", "no"}, {"true", "true"}, {"2020-01-01", "2020-01-01"}, {"0x10", "0x10"}, {"1_000", "1_000"}, {"null", "null"}, {"~", "~"},
		{`"a\tb"`, "a\tb"}, {"'it''s'", "it's"}, {"a # b", "a"}, {"one\n  two", "one two"}, {"|\n  one\n", "one"},
	} {
		s, err := scenarios.Parse("f.yaml", "f", []byte(strings.Replace(short, "title: t\n", "title: "+c.in+"\n", 1)))
		if assert.NoError(t, err, "title: %s", c.in) {
			assert.Equal(t, c.want, s.Title, "title: %s", c.in)
		}
	}
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want verify.Route
	}{
		{"mx.example.net", verify.Route{Name: "mx.example.net", Port: 25}},
		{"mx.example.net priority=10", verify.Route{Name: "mx.example.net", Port: 25, Priority: 10}},
		{"mx.example.net:2525", verify.Route{Name: "mx.example.net", Port: 2525}},
		{"[192.0.2.9]", verify.Route{Addr: netip.MustParseAddr("192.0.2.9"), Port: 25}},
		{"'[192.0.2.9]:587 priority=3'", verify.Route{Addr: netip.MustParseAddr("192.0.2.9"), Port: 587, Priority: 3}},
		{"[2001:db8::9]", verify.Route{Addr: netip.MustParseAddr("2001:db8::9"), Port: 25}},
		{"'[IPv6:2001:db8::9]'", verify.Route{Addr: netip.MustParseAddr("2001:db8::9"), Port: 25}},
	} {
		src := short + "routes:\n  - " + c.in + "\nhosts:\n  192.0.2.9: no-tls\n  2001:db8::9: no-tls\n"
		s, err := scenarios.Parse("f.yaml", "f", []byte(src))
		if assert.NoError(t, err, "route %s", c.in) {
			assert.Equal(t, []verify.Route{c.want}, s.Routes, "route %s", c.in)
		}
	}
}

// The addresses that need a host are those that a sender comes to.
func TestWhereHostsMustStand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, zone, rest, missing string }{
		{"mx", "example.com. MX 10 mx.example.com.\n  mx.example.com. A 192.0.2.1", "", "192.0.2.1"},
		{"every address of a host", "example.com. MX 10 mx.example.com.\n  mx.example.com. A 192.0.2.1\n  mx.example.com. AAAA 2001:db8::1", "hosts:\n  192.0.2.1: no-tls\n", "2001:db8::1"},
		{"no mx: the domain itself", "example.com. A 192.0.2.1", "", "192.0.2.1"},
		{"null mx", "example.com. MX 0 .\n  example.com. A 192.0.2.1", "", ""},
		{"beside the path", "example.com. MX 10 mx.example.com.\n  www.example.com. A 192.0.2.1", "", ""},
		{"over an alias", "example.com. MX 10 mx.example.com.\n  mx.example.com. CNAME a.example.com.\n  a.example.com. A 192.0.2.1", "", "192.0.2.1"},
		{"aliases in a circle", "example.com. MX 10 mx.example.com.\n  mx.example.com. CNAME a.example.com.\n  a.example.com. CNAME mx.example.com.", "", ""},
		{"by a wildcard", "example.com. MX 10 mx.example.com.\n  *.example.com. A 192.0.2.1", "", "192.0.2.1"},
		{"a route hides the mx", "example.com. MX 10 mx.example.com.\n  mx.example.com. A 192.0.2.1\n  r.example.com. A 192.0.2.2", "routes:\n  - r.example.com\n", "192.0.2.2"},
	} {
		src := "title: t\ndomain: example.com\nzone: |\n  " + c.zone + "\n" + c.rest
		_, err := scenarios.Parse("f.yaml", "f", []byte(src))
		if c.missing == "" {
			assert.NoError(t, err, c.name)
			continue
		}
		if mistakes, ok := err.(scenarios.Errors); assert.True(t, ok, "%s: a host is missing at %s, but: %v", c.name, c.missing, err) {
			assert.Len(t, mistakes, 1, c.name)
			assert.Contains(t, mistakes[0].Source, c.missing, "%s: the mistake is shown at the address's record", c.name)
		}
	}
}

func TestDomain(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 63)
	for _, c := range []struct{ in, want string }{ // want is empty for a mistake
		{"example.com", "example.com"},
		{"Example.COM", "example.com"},
		{"bücher.example", "xn--bcher-kva.example"},
		{"xn--bcher-kva.example", "xn--bcher-kva.example"},
		{"straße.example", "xn--strae-oqa.example"},
		{"localhost", "localhost"},
		{long + ".example", long + ".example"},
		{long + "a.example", ""},
		{strings.Repeat(long+".", 4) + "example", ""},
		{"a..example", ""}, {".example", ""}, {"example.", ""}, {"a b.example", ""}, {"a_b.example", ""}, {"-a.example", ""},
		{"user@example.com", ""}, {"192.0.2.1", ""}, {"2001:db8::1", ""}, {"xn--a.example", ""},
		{"\u05d0a.example", ""}, // RFC 5893 section 2: a label of both directions
	} {
		src := strings.Replace(short, "domain: example.com", "domain: "+c.in, 1)
		s, err := scenarios.Parse("f.yaml", "f", []byte(src))
		if c.want == "" {
			mistakes, ok := err.(scenarios.Errors)
			if assert.True(t, ok, "domain: %s is a mistake, not %v", c.in, err) {
				assert.Equal(t, 2, mistakes[0].Line, "%v", err)
			}
		} else if assert.NoError(t, err, "domain: %s", c.in) {
			assert.Equal(t, c.want, s.Domain, "domain: %s", c.in)
		}
	}
}

func TestTooManyEntries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src string }{
		{"hosts", "hosts:\n" + strings.Repeat("  192.0.2.1: no-tls\n", 5001)},
		{"routes", "routes:\n" + strings.Repeat("  - a.example\n", 5001)},
	} {
		_, err := scenarios.Parse("f.yaml", "f", []byte(short+c.src))
		require.Error(t, err, c.name)
		assert.Len(t, err.(scenarios.Errors), 1, "%s: the list is not read at all", c.name)
	}
}

func TestParseBounds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, src string }{
		{"size", short + strings.Repeat("#", 1<<20)},
		{"depth", strings.Repeat("[", 100_000)},
		{"depth of blocks", strings.Repeat("- ", 100_000)},
		{"mistakes", short + "expect:\n" + strings.Repeat("  esa/9: sent\n", 50_000)},
		{"certificates", short + "certs:\n" + strings.Repeat("  x", 1) + strings.Repeat(": CN=a issuer=b\n  x", 10_000) + ": CN=a\n"},
		{"unreadable at the end", short + strings.Repeat("# x\n", 200_000) + "a: b: c\n"},
		{"unreadable from the start", "a: b: c\n" + strings.Repeat("a\n", 400_000)},
		{"flow lists", "routes:\n" + strings.Repeat("  - [x]\n", 100_000)},
		{"empty keys", strings.Repeat("? ", 200_000)},
		{"hosts missing", "title: t\ndomain: example.com\nzone: |\n  example.com. MX 0 mx.example.com.\n" + addresses(2500)},
		{"phases", short + "then:\n" + numbered(5000, "  - phase: p%d\n")},
		{"views", short + "views:\n" + numbered(5000, "  v%d:\n    title: t\n")},
		{"phases and views", short + "views:\n" + numbered(8, "  v%d:\n    title: t\n") + "then:\n" + numbered(7, "  - phase: p%d\n")},
		{"phases of a large zone", short + numbered(9000, "  h%d.example.com. A 192.0.2.1\n") + "then:\n" + numbered(50, "  - phase: p%d\n    without:\n      - h%[1]d.example.com. A\n") + "hots: x\n"},
		{"without", short + numbered(3000, "  h%d.example.com. A 192.0.2.1\n") + "then:\n  - phase: p\n    without:\n" + numbered(3000, "      - h%d.example.com. A\n")},
		{"scenery", short + numbered(3000, "  h%d.example.com. A 192.0.2.1\n") + "scenery:\n" + numbered(3000, "  - x%d.example.com. A\n")},
		{"aliases", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := scenarios.Parse("f.yaml", "f", []byte(c.src))
			require.Error(t, err)
			assert.Less(t, len(err.Error()), 20_000, "the message is short")
		})
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Load(scenarios.Catalog(), "hosted/ptr-not-mx.yaml")
	require.NoError(t, err)
	assert.Equal(t, "hosted/ptr-not-mx", s.Name)
	_, err = scenarios.Load(scenarios.Catalog(), "hosted/nothing.yaml")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = scenarios.Load(scenarios.Catalog(), "hosted")
	assert.ErrorContains(t, err, "hosted is not a file")
}

// numbered repeats a line.
func numbered(n int, line string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, line, i)
	}
	return b.String()
}

// addresses gives n records of a host.
func addresses(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  mx.example.com. A 198.51.%d.%d\n", i/256, i%256)
	}
	return b.String()
}
