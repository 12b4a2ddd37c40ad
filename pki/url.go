package pki

import (
	"fmt"
	"net/url"
	"strings"

	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"golang.org/x/crypto/cryptobyte"
)

// parseURLs reads crl=, ocsp= and aia=.
func parseURLs(v value) ([]string, error) {
	var urls []string
	for _, u := range v.list() {
		if msg := urlFault(u.text); msg != "" {
			return nil, wrong(u.offset(), "%s", msg)
		}
		urls = append(urls, u.text)
	}
	return urls, nil
}

// urlFault tells why a certificate should not name a URL, or nothing.
func urlFault(text string) string {
	const example = "write one such as http://crl.example.net/ca.crl"
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "a URL is missing at this comma; write one, or leave the comma out"
	case strings.HasPrefix(strings.ToLower(text), "https:"):
		// RFC 5280 section 8.
		return "whoever fetches over https must first check another certificate; write the URL with http:"
	case err != nil || u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return fmt.Sprintf("%q is no http URL; %s", text, example)
	}
	for _, r := range text {
		// RFC 5280 section 4.2.1.6: an IA5String, in the form of RFC 3986.
		if r <= ' ' || r > '~' {
			return fmt.Sprintf("%q may not stand in a URL; %s", r, example)
		}
	}
	return ""
}

// distributionPoints writes one DistributionPoint: each of its names is a place
// of the same list (RFC 5280 section 4.2.1.13).
func (s *Spec) distributionPoints(b *cryptobyte.Builder) {
	constructed := func(tag uint8) cbasn1.Tag { return cbasn1.Tag(tag).ContextSpecific().Constructed() }
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(constructed(0), func(b *cryptobyte.Builder) { // distributionPoint
			b.AddASN1(constructed(0), func(b *cryptobyte.Builder) { // fullName
				for _, u := range s.CRL {
					tagged(b, 6, []byte(u))
				}
			})
		})
	})
}

// accessDescriptions writes id-ad-ocsp and id-ad-caIssuers (RFC 5280 section
// 4.2.2.1).
func (s *Spec) accessDescriptions(b *cryptobyte.Builder) {
	describe := func(method int, urls []string) {
		for _, u := range urls {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1ObjectIdentifier([]int{1, 3, 6, 1, 5, 5, 7, 48, method})
				tagged(b, 6, []byte(u))
			})
		}
	}
	describe(1, s.OCSP)
	describe(2, s.AIA)
}
