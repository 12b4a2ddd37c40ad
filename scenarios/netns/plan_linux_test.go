package netns

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

func scenario(t *testing.T, text string) *scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Parse("test.yaml", "test", []byte(text))
	require.NoError(t, err)
	return s
}

const oneHost = `title: One host
domain: example.com
zone: |
  example.com. IN MX 10 mx.example.com.
  mx.example.com. IN A 192.0.2.1
hosts:
  192.0.2.1: no-tls
`

// addrs reads addresses.
func addrs(list ...string) (all []netip.Addr) {
	for _, a := range list {
		all = append(all, netip.MustParseAddr(a))
	}
	return all
}

func TestPlan(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text         string
		sender       []netip.Addr
		dns          string
		name, domain string
	}{
		"nothing said": {oneHost, addrs("198.51.100.25"), "198.51.100.53", "mail.sender.example", "sender.example"},
		"hosts at our own addresses": {oneHost + "  198.51.100.25: no-tls\n  198.51.100.26: no-tls\n  198.51.100.53: no-tls\n",
			addrs("198.51.100.27"), "198.51.100.54", "mail.sender.example", "sender.example"},
		"IPv6":                            {oneHost + "  2001:db8::1: no-tls\n", addrs("198.51.100.25", "2001:db8:ffff::25"), "198.51.100.53", "mail.sender.example", "sender.example"},
		"the sender's":                    {oneHost + "sender:\n  domain: bank.example\n  ehlo: out.bank.example\n  address: 2001:db8::25\n", addrs("2001:db8::25"), "2001:db8:ffff::53", "out.bank.example", "bank.example"},
		"a name that no machine can have": {oneHost + "sender:\n  ehlo: " + strings.Repeat("a.", 30) + "example\n", addrs("198.51.100.25"), "198.51.100.53", "mail.sender.example", "sender.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := newPlan(scenario(t, tc.text))
			require.NoError(t, err)
			assert.Equal(t, tc.sender, p.sender)
			assert.Equal(t, tc.dns, p.dns.String())
			assert.Equal(t, tc.name, p.name)
			assert.Equal(t, tc.domain, p.domain)
			assert.Contains(t, p.answering(), p.dns)
			assert.Contains(t, p.answering(), netip.MustParseAddr("192.0.2.1"))
			assert.Equal(t, "nameserver "+tc.dns+"\noptions trust-ad\n", p.resolvConf())
			assert.Contains(t, p.hostsFile(), tc.sender[0].String()+" "+tc.name+" ")
		})
	}
}

// Web hosts have addresses, too, perhaps those of MX hosts.
func TestPlanWeb(t *testing.T) {
	t.Parallel()
	p, err := newPlan(scenario(t, `title: A list of revoked certificates
domain: example.com
zone: |
  example.com. IN MX 10 mx.example.com.
  mx.example.com. IN A 192.0.2.1
  crl.example.com. IN A 192.0.2.1
  crl.example.com. IN A 192.0.2.9
certs:
  mx: SAN=example.com crl=http://crl.example.com/a.crl
hosts:
  192.0.2.1: mx
web:
  http://crl.example.com/a.crl: crl
`))
	require.NoError(t, err)
	assert.Equal(t, addrs("192.0.2.1", "192.0.2.9", "198.51.100.53"), p.answering())
}

// What stands at a loopback address the sender finds at home.
func TestPlanLoopback(t *testing.T) {
	t.Parallel()
	p, err := newPlan(scenario(t, oneHost+"  127.0.0.1: no-tls\n"))
	require.NoError(t, err)
	assert.Equal(t, addrs("192.0.2.1", "198.51.100.53"), p.answering())
}

func TestPlanErrors(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]string{
		"0.0.0.0 is no address":   oneHost + "  0.0.0.0: no-tls\n",
		"224.0.0.1 is no address": oneHost + "  224.0.0.1: no-tls\n",
		"a host stands at 192.0.2.1, which is an address of the sender": oneHost + "sender:\n  address: 192.0.2.1\n",
	} {
		_, err := newPlan(scenario(t, text))
		assert.ErrorContains(t, err, want)
	}
}

func TestPlanSource(t *testing.T) {
	t.Parallel()
	p := plan{sender: addrs("198.51.100.25", "198.51.100.26", "2001:db8::25")}
	for to, from := range map[string]string{"192.0.2.1": "198.51.100.25", "2001:db8::1": "2001:db8::25"} {
		got, ok := p.source(netip.MustParseAddr(to))
		assert.True(t, ok, to)
		assert.Equal(t, from, got.String(), to)
	}
	p.sender = p.sender[:2]
	_, ok := p.source(netip.MustParseAddr("2001:db8::1"))
	assert.False(t, ok)
}
