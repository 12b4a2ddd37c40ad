package scenarios_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/verify/finding"
)

// Every fragment can be used alone, for any domain, and a scenario of the
// catalogue shows it.
func TestFragments(t *testing.T) {
	t.Parallel()
	all := scenarios.Fragments()
	require.GreaterOrEqual(t, len(all), 8)
	for _, f := range all {
		assert.NotEmpty(t, f.Title, f.Name)
		assert.NotEmpty(t, f.Comment, "%s says what it rests on", f.Name)
		s, err := scenarios.Parse("f.yaml", "f", []byte("title: t\ndomain: mail.bücher.example\nuses:\n  - "+f.Name+"\n"))
		if !assert.NoError(t, err, f.Name) {
			continue
		}
		assert.NotEmpty(t, s.Hosts, f.Name)
		assert.Equal(t, "t", s.Title, "a fragment does not name the file")
		for _, r := range s.Zone.Records() {
			assert.NotContains(t, r.Owner+r.Data, "{", "%s: a placeholder is left", f.Name)
		}
		assert.Contains(t, scenarios.List(), "providers/"+f.Name)
	}
}

// A file lies above the fragments that it uses, and may name their labels.
func TestFragmentsLieBelow(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(`title: t
domain: example.com
uses:
  - proofpoint
  - microsoft-365
zone: |
  example.com.  300 IN MX 10 mx0b-00123456.pphosted.example.
certs:
  proofpoint: CN=*.pphosted.example until=-1d
hosts:
  198.51.100.31: microsoft-365
`))
	require.NoError(t, err)
	var mx []string
	for _, r := range s.Zone.Records() {
		if r.Type == "MX" {
			mx = append(mx, r.Data)
		}
	}
	assert.Equal(t, []string{"10 mx0b-00123456.pphosted.example."}, mx, "the file's RRset stands in the place of both")
	hosts := map[string]string{}
	for _, h := range s.Hosts {
		hosts[h.Addr.String()] = h.Host.String()
	}
	assert.Equal(t, map[string]string{"198.51.100.30": "proofpoint", "198.51.100.31": "microsoft-365", "198.51.100.10": "microsoft-365"}, hosts)
	assert.True(t, strings.Contains(s.Certs[0].Spec.Words[1].Text, "until="), "the line of the file: %v", s.Certs[0].Spec.Words)
}

// A fragment of a product's shape says which product stands at its hosts, also
// where the file changes what the host does. A host of the file's own is unknown.
func TestFragmentsNameTheirProduct(t *testing.T) {
	t.Parallel()
	text := "title: t\ndomain: example.com\nuses:\n  - exchange-on-premises\n"
	s, err := scenarios.Parse("f.yaml", "f", []byte(text))
	require.NoError(t, err)
	require.Len(t, s.Hosts, 1)
	assert.Equal(t, finding.Exchange, s.Hosts[0].Product)
	s, err = scenarios.Parse("f.yaml", "f", []byte(text+"zone: |\n  example.com. MX 10 a.example.com.\n  a.example.com. A 198.51.100.60\n  a.example.com. A 192.0.2.1\n"+
		"hosts:\n  198.51.100.60: no-tls\n  192.0.2.1: no-tls\n"))
	require.NoError(t, err)
	products := map[string]finding.Product{}
	for _, h := range s.Hosts {
		products[h.Addr.String()] = h.Product
	}
	assert.Equal(t, map[string]finding.Product{"198.51.100.60": finding.Exchange, "192.0.2.1": finding.UnknownProduct}, products)
}
