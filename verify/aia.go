package verify

import (
	"crypto/x509"
	"slices"

	"mxlab/verify/pkix"
)

// What a sender that fetches issuers takes for one path: wincrypt.h,
// CERT_CHAIN_MAX_AIA_URL_RETRIEVAL_COUNT_PER_CHAIN_DEFAULT and
// CERT_CHAIN_MAX_AIA_URL_RETRIEVAL_BYTE_COUNT_DEFAULT.
const (
	MaxIssuerFetches = 3
	MaxIssuerOctets  = 100_000
)

// Completed is Path for a sender that fetches what a host did not send. Where
// the path ends without a trust anchor, the issuer of its last certificate is
// fetched from the addresses that this one names (RFC 5280 section 4.2.2.1,
// id-ad-caIssuers), one after another until the path goes on, and so on from
// there. What is lacking is returned as a need; the path is then as far as it
// goes.
//
// So does Windows (Microsoft ee619754: if no chain ends in a self-signed
// certificate). Whether the issuer fetched is a good one is judged with the rest
// of the path.
func (ev Evidence) Completed(s *Session, rules pkix.Rules) (*pkix.Path, []Need) {
	path, chain := ev.Path(s, rules), s.TLS.Chain
	fetches := 0
	for child := path.WantsIssuer(); child != nil; {
		next := child
		for _, url := range pkix.Issuers(child) {
			if fetches++; fetches > MaxIssuerFetches {
				return path, nil
			}
			r, needs := ev.Fetch(Request{URL: url})
			if needs != nil {
				return path, needs
			}
			chain = slices.Concat(chain, IssuersIn(r, child))
			path = ev.Paths.Build(chain, ev.Anchors, ev.Now, rules)
			if next = path.WantsIssuer(); !child.Equal(next) {
				break
			}
		}
		if child.Equal(next) {
			return path, nil
		}
		child = next
	}
	return path, nil
}

// IssuersIn gives the certificates in a response, in DER, if the issuer that a
// certificate names is among them.
func IssuersIn(r Response, child *x509.Certificate) [][]byte {
	if !r.OK() || len(r.Body) > MaxIssuerOctets {
		return nil
	}
	return pkix.IssuersIn(r.Body, child)
}
