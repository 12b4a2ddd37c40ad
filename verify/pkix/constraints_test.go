package pkix_test

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	verifypkix "mxlab/verify/pkix"
)

// limits are constraints in text, one form of name at a time.
type limits struct{ permit, exclude []string }

func list(s ...string) []string { return s }

// Each row is one name under constraints of its own form.
func TestNameConstraints(t *testing.T) {
	t.Parallel()
	dns := func(tm *template, l limits, name string) {
		if name != "" {
			tm.DNSNames = list(name)
		}
		tm.PermittedDNSDomains, tm.ExcludedDNSDomains = l.permit, l.exclude
	}
	mail := func(tm *template, l limits, name string) {
		if name != "" {
			tm.EmailAddresses = list(name)
		}
		tm.PermittedEmailAddresses, tm.ExcludedEmailAddresses = l.permit, l.exclude
	}
	uri := func(tm *template, l limits, name string) {
		if name != "" {
			u, err := url.Parse(name)
			require.NoError(t, err)
			tm.URIs = []*url.URL{u}
		}
		tm.PermittedURIDomains, tm.ExcludedURIDomains = l.permit, l.exclude
	}
	ranges := func(texts []string) (out []*net.IPNet) {
		for _, s := range texts {
			p := netip.MustParsePrefix(s)
			out = append(out, &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())})
		}
		return out
	}
	ip := func(tm *template, l limits, name string) {
		if name != "" {
			tm.IPAddresses = []net.IP{netip.MustParseAddr(name).AsSlice()}
		}
		tm.PermittedIPRanges, tm.ExcludedIPRanges = ranges(l.permit), ranges(l.exclude)
	}
	for _, c := range []struct {
		form func(*template, limits, string)
		limits
		name string
		ok   bool
	}{
		{dns, limits{permit: list("example.com")}, "example.com", true},
		{dns, limits{permit: list("example.com")}, "mx.a.example.com", true},
		{dns, limits{permit: list("example.com")}, "MX.EXAMPLE.COM", true},
		{dns, limits{permit: list("example.com")}, "*.example.com", true},
		{dns, limits{permit: list("example.com")}, "xexample.com", false},
		{dns, limits{permit: list("example.com")}, "com", false},
		{dns, limits{permit: list("mx.example.com")}, "*.example.com", false},
		{dns, limits{permit: list("example.com")}, "mx.example.com.", true},
		{dns, limits{permit: list(".example.com")}, "mx.example.com", true},
		{dns, limits{permit: list(".example.com")}, "example.com", false},
		{dns, limits{permit: list("")}, "example.com", true},
		{dns, limits{permit: list("example.net", "example.com")}, "mx.example.com", true},
		{dns, limits{exclude: list("example.com")}, "mx.example.com", false},
		{dns, limits{exclude: list("example.com")}, "mx.example.com.", false},
		{dns, limits{exclude: list("example.com")}, "mx.example.net", true},
		{dns, limits{exclude: list("")}, "mx.example.net", false},
		{dns, limits{exclude: list("mx.example.com")}, "*.example.com", false},
		{dns, limits{exclude: list("a.mx.example.com")}, "*.example.com", true},
		{dns, limits{permit: list("example.com"), exclude: list("mx.example.com")}, "mx.example.com", false},
		{dns, limits{permit: list("example.com"), exclude: list("mx.example.com")}, "mx2.example.com", true},
		{ip, limits{permit: list("192.0.2.0/24")}, "192.0.2.9", true},
		{ip, limits{permit: list("192.0.2.0/24")}, "198.51.100.9", false},
		{ip, limits{permit: list("192.0.2.0/24")}, "2001:db8::9", false},
		{ip, limits{permit: list("2001:db8::/32")}, "2001:db8::9", true},
		{ip, limits{exclude: list("192.0.2.0/25")}, "192.0.2.9", false},
		{ip, limits{exclude: list("192.0.2.0/25")}, "192.0.2.129", true},
		{ip, limits{exclude: list("0.0.0.0/0")}, "2001:db8::9", true},
		{mail, limits{permit: list("example.com")}, "info@EXAMPLE.com", true},
		{mail, limits{permit: list("example.com")}, "info@mx.example.com", false},
		{mail, limits{permit: list(".example.com")}, "info@mx.example.com", true},
		{mail, limits{permit: list(".example.com")}, "info@example.com", false},
		{mail, limits{permit: list("info@example.com")}, "info@Example.com", true},
		{mail, limits{permit: list("info@example.com")}, "Info@example.com", false},
		{mail, limits{exclude: list("example.com")}, "info@example.com", false},
		{uri, limits{permit: list("example.com")}, "https://example.com:8443/a", true},
		{uri, limits{permit: list("example.com")}, "https://mx.example.com/", false},
		{uri, limits{permit: list(".example.com")}, "https://mx.example.com/", true},
		{uri, limits{permit: list("example.com")}, "urn:example:a", false},
		{uri, limits{permit: list(".2.1")}, "https://192.0.2.1/", false},
		{uri, limits{exclude: list("example.com")}, "https://example.net/", true},
		{uri, limits{exclude: list("example.com")}, "https://192.0.2.1/", false},
		// A constraint binds only names of its own form.
		{dns, limits{permit: list("example.com")}, "", true},
		{ip, limits{permit: list("192.0.2.0/24")}, "", true},
		{mail, limits{permit: list("example.com")}, "", true},
		{uri, limits{permit: list("example.com")}, "", true},
	} {
		root := issue(t, nil, "Root", ca, func(tm *template) { c.form(tm, c.limits, "") })
		host := issue(t, root, "a host", hosts(), func(tm *template) { c.form(tm, limits{}, c.name) })
		p := verifypkix.Build(chain(host), anchors(root), noon, strict)
		want := []string{}
		if !c.ok {
			want = append(want, "0 name-constraints")
		}
		assert.Equal(t, want, words(p), "%q under permitted %q, excluded %q", c.name, c.permit, c.exclude)
	}
}

// Constraints of all issuers count together (RFC 5280 section 6.1.4(g)), also
// on the authorities below, and the fault stands at the certificate that bears
// the name.
func TestNameConstraintsAddUp(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca, permit("example.com", "example.net"))
	between := issue(t, root, "Between", ca, permit("example.net", "example.org"), hosts("ca.example.org"))
	for name, want := range map[string][]string{
		"mx.example.net": {"1 name-constraints"},
		"mx.example.com": {"0 name-constraints", "1 name-constraints"},
		"mx.example.org": {"0 name-constraints", "1 name-constraints"},
	} {
		host := issue(t, between, name, hosts(name))
		p := verifypkix.Build(chain(host, between), anchors(root), noon, strict)
		assert.Equal(t, want, words(p), name)
	}
}

// RFC 5280 section 4.2.1.10: a self-issued certificate is under no constraints,
// unless it is the last of the path.
func TestNameConstraintsOnSelfIssuedLeaf(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca, permit("example.com"))
	host := issue(t, root, "Root", hosts("mx.example.net"))
	p := verifypkix.Build(chain(host), anchors(root), noon, strict)
	assert.Equal(t, []string{"0 name-constraints"}, words(p))
}

// Only the leaf's common name can be taken for a host name.
func TestNameConstraintsOnCommonName(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, "Root", ca, permit("example.com"))
	between := issue(t, root, "ca.example.net", ca)
	p := verifypkix.Build(chain(issue(t, between, "mx.example.com"), between), anchors(root), noon, strict)
	assert.Empty(t, p.Faults)
	p = verifypkix.Build(chain(issue(t, between, "mx.example.net", hosts("mx.example.com")), between), anchors(root), noon, strict)
	assert.Empty(t, p.Faults, "a dNSName stands in place of the common name")
}

// A certificate full of names under an issuer full of constraints is refused
// rather than worked through.
func TestNameConstraintsAreBounded(t *testing.T) {
	t.Parallel()
	many := func(n int) (l []string) {
		for i := range n {
			l = append(l, fmt.Sprintf("h%d.example.com", i))
		}
		return l
	}
	for n, want := range map[int][]string{400: {}, 600: {"0 name-constraints"}} {
		root := issue(t, nil, "Root", ca, permit(many(n)...))
		host := issue(t, root, "mx.example.com", hosts(many(n)...))
		p := verifypkix.Build(chain(host), anchors(root), noon, strict)
		assert.Equal(t, want, words(p), "%d names under %d constraints", n, n)
	}
	// A form of constraint that is not known is critical and not processed.
	root := issue(t, nil, "Root", ca, func(t *template) {
		// Permitted subtrees with a directoryName that is empty.
		t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 30}, Critical: true,
			Value: []byte{0x30, 8, 0xa0, 6, 0x30, 4, 0xa4, 2, 0x30, 0}})
	})
	p := verifypkix.Build(chain(issue(t, root, "mx.example.com")), anchors(root), noon, strict)
	assert.Equal(t, []string{"1 critical-extension"}, words(p))
}
