package fakedns

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestApexes(t *testing.T) {
	t.Parallel()
	const soa = " SOA ns.example. h.example. 1 2 3 4 5\n"
	for name, c := range map[string]struct {
		text, domain string
		want         []string
	}{
		"two right-most labels":         {"a.b.c.test. TXT x\nd.c.test. TXT x\nother. TXT x", "", []string{"c.test", "other"}},
		"the domain":                    {"mx.sub.example.com. TXT x\nwww.example.com. TXT x", "Sub.Example.com", []string{"example.com", "sub.example.com"}},
		"only the domain":               {"mx.sub.example.com. TXT x", "sub.example.com", []string{"sub.example.com"}},
		"the domain without a record":   {"", "example.com.", []string{"example.com"}},
		"SOA":                           {"sub.c.test." + soa + "a.sub.c.test. TXT x\nb.c.test. TXT x", "", []string{"c.test", "sub.c.test"}},
		"SOA of a third label":          {"sub.c.test." + soa + "a.sub.c.test. TXT x", "", []string{"sub.c.test"}},
		"wildcard":                      {"*.test. TXT x\n*.a.b.example. TXT x", "", []string{"b.example", "test"}},
		"SOA above the domain":          {"test." + soa + "a.sub.test. TXT x", "sub.test", []string{"test"}},
		"SOA below the domain":          {"sub.c.test." + soa, "c.test", []string{"c.test", "sub.c.test"}},
		"SOA of the root":               {"." + soa + "a.test. TXT x", "b.test", []string{"."}},
		"addresses":                     {"a.test. A 192.0.2.1\na.test. AAAA 2001:db8:0:1::1", "", []string{"1.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "2.0.192.in-addr.arpa", "a.test"}},
		"mapped address":                {"a.test. AAAA ::ffff:192.0.2.1", "", []string{"2.0.192.in-addr.arpa", "a.test"}},
		"PTR":                           {"9.100.51.198.in-addr.arpa. PTR a.test.", "", []string{"100.51.198.in-addr.arpa"}},
		"PTR of IPv6":                   {"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR a.test.", "", []string{"0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"}},
		"RFC 2317":                      {"1.0/25.2.0.192.in-addr.arpa. PTR a.test.", "", []string{"2.0.192.in-addr.arpa"}},
		"SOA of a larger reverse zone":  {"192.in-addr.arpa." + soa + "a.test. A 192.0.2.1", "", []string{"192.in-addr.arpa", "a.test"}},
		"SOA of a smaller reverse zone": {"0/25.2.0.192.in-addr.arpa." + soa + "a.test. A 192.0.2.1", "", []string{"0/25.2.0.192.in-addr.arpa", "2.0.192.in-addr.arpa", "a.test"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z, err := ParseZone(c.text, c.domain)
			require.NoError(t, err)
			assert.Equal(t, c.want, z.Apexes())
		})
	}
}

func TestServeReverse(t *testing.T) {
	t.Parallel()
	z, err := ParseZone("a.test. TXT x", "")
	require.NoError(t, err)
	for _, a := range []string{"192.0.2.9", "192.0.2.10", "2001:db8::9%eth0", "::ffff:203.0.113.1"} {
		z.ServeReverse(netip.MustParseAddr(a))
	}
	z.ServeReverse(netip.Addr{})
	assert.Equal(t, []string{"0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "113.0.203.in-addr.arpa", "2.0.192.in-addr.arpa", "a.test"}, z.Apexes())
}

func TestCopiesWithout(t *testing.T) {
	t.Parallel()
	z, err := ParseZone("a.test. 1 A 192.0.2.1\na.test. A 192.0.2.2\na.test. MX 1 b.test.\nb.test. A 192.0.2.3", "")
	require.NoError(t, err)
	all, apexes := lines(z), z.Apexes()

	assert.Equal(t, []string{all[2], all[3]}, lines(z.Without("A.test.", "a")), "an RRset")
	assert.Equal(t, []string{all[3]}, lines(z.Without("a.test", "")), "an owner")
	assert.Equal(t, all, lines(z.Without("a.test", "TXT")), "what is not there")
	assert.Equal(t, []string{all[0], all[1], all[3]}, lines(z.WithoutRecord(2)))
	assert.Equal(t, all, lines(z.WithoutRecord(4)), "out of range")
	assert.Equal(t, all, lines(z), "the original stays")

	less := z.Without("b.test", "A").Without("a.test", "")
	assert.Empty(t, less.Records())
	assert.Equal(t, apexes, less.Apexes(), "the zones are served still")
	less.ServeReverse(netip.MustParseAddr("203.0.113.1"))
	assert.Equal(t, apexes, z.Apexes(), "a copy's zones are its own")
}
