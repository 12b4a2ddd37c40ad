package verify_test

import (
	"crypto/x509"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/internal/testca"
	"mxlab/verify"
	"mxlab/verify/pkix"
)

func issuers(paths ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		for _, p := range paths {
			c.IssuingCertificateURL = append(c.IssuingCertificateURL, site+p)
		}
	}
}

func TestCompleted(t *testing.T) {
	t.Parallel()
	root := testca.Root(t, "Root")
	first := root.Issue(t, "First", testca.Authority)
	second := first.Issue(t, "Second", testca.Authority, issuers("/first"))
	third := second.Issue(t, "Third", testca.Authority, issuers("/second"))
	fourth := third.Issue(t, "Fourth", testca.Authority, issuers("/third"))
	mutual := testca.Root(t, "Ring A")
	ringA := mutual.Issue(t, "Ring B", testca.Authority, issuers("/ring"))
	stranger := testca.Root(t, "First")
	// It is the issuer, with so many names that nobody takes it.
	large := root.Issue(t, "First", testca.Authority, func(c *x509.Certificate) {
		for i := range 10_000 {
			c.DNSNames = append(c.DNSNames, fmt.Sprintf("%d.example.com", i))
		}
	})
	pages := told{"/first": got(first.Raw), "/second": got(second.Raw), "/third": got(third.Raw), "/fourth": got(fourth.Raw),
		"/root": got(root.Raw), "/none": failed(verify.FetchNoName), "/404": {Code: 404, Body: first.Raw}, "/ring": got(ringA.Raw),
		"/stranger": got(stranger.Raw), "/large": got(large.Raw)}
	for _, row := range []struct {
		name   string
		sent   []*testca.Holder
		asked  []string
		faults []string
	}{
		{"nothing is missing", []*testca.Holder{first.Issue(t, "mx.example.com", issuers("/first")), first}, nil, nil},
		{"one is missing", []*testca.Holder{first.Issue(t, "mx.example.com", issuers("/first"))}, []string{"/first"}, nil},
		{"three are missing", []*testca.Holder{third.Issue(t, "mx.example.com", issuers("/third"))}, []string{"/third", "/second", "/first"}, nil},
		{"the one in the middle is missing", []*testca.Holder{second.Issue(t, "mx.example.com", issuers("/second")), first}, []string{"/second"}, nil},
		{"four are missing", []*testca.Holder{fourth.Issue(t, "mx.example.com", issuers("/fourth"))}, []string{"/fourth", "/third", "/second"}, []string{"3 unknown-ca"}},
		{"the third address has it", []*testca.Holder{first.Issue(t, "mx.example.com", issuers("/none", "/404", "/first", "/second"))}, []string{"/none", "/404", "/first"}, nil},
		{"the fourth address has it", []*testca.Holder{first.Issue(t, "mx.example.com", issuers("/none", "/404", "/second", "/first"))}, []string{"/none", "/404", "/second"}, []string{"0 missing-intermediate"}},
		{"nobody has it", []*testca.Holder{first.Issue(t, "mx.example.com", issuers("/none"))}, []string{"/none"}, []string{"0 missing-intermediate"}},
		{"no address is named", []*testca.Holder{first.Issue(t, "mx.example.com")}, nil, []string{"0 missing-intermediate"}},
		{"too large", []*testca.Holder{large.Issue(t, "mx.example.com", issuers("/large"))}, []string{"/large"}, []string{"0 missing-intermediate"}},
		{"self-signed", []*testca.Holder{testca.Root(t, "mx.example.com")}, nil, []string{"0 self-signed"}},
		{"one of that name", []*testca.Holder{first.Issue(t, "mx.example.com", issuers("/stranger"))}, []string{"/stranger"}, []string{"0 missing-intermediate"}},
		{"one of that name, then the right one", []*testca.Holder{first.Issue(t, "mx.example.com", issuers("/stranger", "/first"))}, []string{"/stranger", "/first"}, nil},
		{"it leads to itself", []*testca.Holder{ringA.Issue(t, "mx.example.com", issuers("/ring"))}, []string{"/ring"}, []string{"1 unknown-ca"}},
	} {
		for _, paths := range []*verify.Paths{nil, new(verify.Paths)} {
			ev := verify.Evidence{Now: testca.Noon, Anchors: []*x509.Certificate{root.Certificate}, Paths: paths, Fetched: map[verify.Request]verify.Response{}}
			s := &verify.Session{TLS: &verify.TLS{Chain: testca.Chain(row.sent...)}}
			var asked []string
			path, needs := ev.Completed(s, pkix.Rules{})
			for ; len(needs) > 0; path, needs = ev.Completed(s, pkix.Rules{}) {
				require.Len(t, needs, 1, row.name)
				r := needs[0].Request
				require.NotContains(t, ev.Fetched, r, "asked again")
				require.Contains(t, pages, r.URL[len(site):])
				ev.Fetched[r] = pages[r.URL[len(site):]]
				asked = append(asked, r.URL[len(site):])
			}
			assert.Equal(t, row.asked, asked, row.name)
			assert.Equal(t, row.faults, faultsOf(path), row.name)
			again, _ := ev.Completed(s, pkix.Rules{})
			assert.Equal(t, faultsOf(path), faultsOf(again))
			assert.Len(t, s.TLS.Chain, len(row.sent), "what was sent is not changed")
		}
	}
}
