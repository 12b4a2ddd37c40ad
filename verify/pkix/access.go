package pkix

import (
	"crypto/x509"
	"net/url"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// maxURLs is how many addresses of one kind are used of one certificate. Crypt32
// has the same bound for issuers (wincrypt.h,
// CERT_CHAIN_MAX_AIA_URL_COUNT_IN_CERT_DEFAULT).
const maxURLs = 5

// Points gives the addresses at which a certificate says that its CRL is (RFC
// 5280 section 4.2.1.13), in its order. Like [Responders] and [Issuers] it gives
// each http address once, up to five, and no other scheme: nobody fetches by
// LDAP over the internet, and https would need a certificate in turn.
func Points(c *x509.Certificate) []string { return addresses(c.CRLDistributionPoints) }

// Responders gives the addresses of the OCSP responders that a certificate names
// (RFC 5280 section 4.2.2.1, id-ad-ocsp).
func Responders(c *x509.Certificate) []string { return addresses(c.OCSPServer) }

// Issuers gives the addresses at which a certificate says that its issuer's is
// (RFC 5280 section 4.2.2.1, id-ad-caIssuers).
func Issuers(c *x509.Certificate) []string { return addresses(c.IssuingCertificateURL) }

func addresses(all []string) (list []string) {
	for _, a := range all {
		u, err := url.Parse(a)
		if err == nil && u.Scheme == "http" && u.Hostname() != "" && !slices.Contains(list, a) && len(list) < maxURLs {
			list = append(list, a)
		}
	}
	return list
}

// MustStaple reports whether a certificate demands that its OCSP response is
// stapled: the TLS feature status_request, number 5, among those of RFC 7633
// section 4.
func MustStaple(c *x509.Certificate) bool {
	const statusRequest = 5
	for _, e := range c.Extensions {
		if e.Id.String() != "1.3.6.1.5.5.7.1.24" {
			continue
		}
		var features cryptobyte.String
		input := cryptobyte.String(e.Value)
		input.ReadASN1(&features, asn1.SEQUENCE)
		for !features.Empty() {
			var feature int
			if !features.ReadASN1Integer(&feature) {
				break
			}
			if feature == statusRequest {
				return true
			}
		}
	}
	return false
}
