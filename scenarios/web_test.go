package scenarios_test

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/pki"
	"mxlab/scenarios"
)

func TestParseWebLine(t *testing.T) {
	t.Parallel()
	rows := map[string]scenarios.WebLine{
		"crl":                       {},
		"crl, status=503":           {Status: 503},
		"silent":                    {Silent: true},
		"connect=refused":           {Connect: "refused"},
		"crl, connect=silent":       {Connect: "silent"},
		"delay=2m, body=empty":      {Delay: 2 * time.Minute, Body: "empty"},
		"crl, body=garbage":         {Body: "garbage"},
		"redirect=http://A.example": {Redirect: "http://a.example/"},
	}
	for line, want := range rows {
		got, err := scenarios.ParseWebLine(line)
		require.NoError(t, err, line)
		assert.Equal(t, line[0] == 'c' && line[1] == 'r', got.Publication != nil, line)
		got.Publication, want.Text = nil, line
		assert.Equal(t, want, got, line)
	}
	got, err := scenarios.ParseWebLine(" ocsp issuer=private root\t, delay=1s")
	require.NoError(t, err)
	assert.Equal(t, pki.OCSP, got.Publication.Kind)
	assert.True(t, got.Publication.Root)
	for line, offset := range map[string]int{"crl,": 4, " ,": 1, "crl, delay=0s": 5, "crl, delay=25h": 5, "crl  size=1 , silent": 10, "status=99": 0, "crl, status": 5} {
		_, err := scenarios.ParseWebLine(line)
		var syntax *scenarios.SyntaxError
		require.True(t, errors.As(err, &syntax), "%s: %v", line, err)
		assert.Equal(t, offset, syntax.Offset, "%s: %s", line, syntax.Msg)
	}
}

// A URL leads to the addresses that the zone has for its host; that of a higher
// layer takes the place of the one below.
func TestWebLayers(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(`title: t
domain: example.com
zone: |
  example.com.         300 IN MX 10 mx1.example.com.
  mx1.example.com.     300 IN A 192.0.2.1
  www.example.com.     300 IN AAAA 2001:db8::80
  www.example.com.     300 IN A 192.0.2.80
  alias.example.com.   300 IN CNAME www.example.com.
  *.any.example.com.   300 IN A 192.0.2.81
hosts:
  192.0.2.1: no-tls
web:
  http://WWW.example.com: crl
  http://alias.example.com/a?b=C: ocsp
  http://x.any.example.com/: status=404
  http://[2001:DB8::9]/: certificate
  http://192.0.2.9/: certificate
then:
  - phase: later
    web:
      http://www.example.com/: crl issuer=private
      http://www.example.com/new: crl
`))
	require.NoError(t, err)
	urls := func(s *scenarios.Scenario) (all []string) {
		for _, res := range s.Web {
			all = append(all, res.URL)
		}
		return all
	}
	first := []string{"http://www.example.com/", "http://alias.example.com/a?b=C", "http://x.any.example.com/", "http://[2001:db8::9]/", "http://192.0.2.9/"}
	assert.Equal(t, first, urls(s))
	at := func(addrs ...string) (all []netip.Addr) {
		for _, a := range addrs {
			all = append(all, netip.MustParseAddr(a))
		}
		return all
	}
	assert.Equal(t, at("192.0.2.80", "2001:db8::80"), s.Web[0].Addrs)
	assert.Equal(t, at("192.0.2.80", "2001:db8::80"), s.Web[1].Addrs)
	assert.Equal(t, at("192.0.2.81"), s.Web[2].Addrs)
	assert.Equal(t, at("2001:db8::9"), s.Web[3].Addrs)
	assert.Equal(t, at("192.0.2.9"), s.Web[4].Addrs)
	later := s.Story().Worlds[1]
	assert.Equal(t, append(first, "http://www.example.com/new"), urls(later))
	assert.Equal(t, "private", later.Web[0].Publication.Of)
	assert.Equal(t, "public", s.Web[0].Publication.Of)
}
