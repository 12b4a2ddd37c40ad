package deliver

import (
	"context"
	"crypto/x509"

	"mxlab/verify"
	"mxlab/verify/pkix"
	"mxlab/verify/probe"
)

// completed builds the path of a chain, and fetches the issuers that the host
// did not send, as Windows does: three addresses at most.
func (s *Sender) completed(ctx context.Context, chain [][]byte, rules pkix.Rules) *pkix.Path {
	all := append([][]byte(nil), chain...)
	path := s.Paths.Build(all, s.Anchors, s.Client.Now(), rules)
	for tried := 0; ; {
		child := path.WantsIssuer()
		if child == nil {
			return path
		}
		for _, url := range pkix.Issuers(child) {
			if tried == verify.MaxIssuerFetches {
				return path
			}
			tried++
			all = append(all, s.issuers(ctx, url, child)...)
			path = s.Paths.Build(all, s.Anchors, s.Client.Now(), rules)
			if !child.Equal(path.WantsIssuer()) {
				break
			}
		}
		if child.Equal(path.WantsIssuer()) {
			return path
		}
	}
}

// issuers gives what an address has of the issuer of a certificate.
func (s *Sender) issuers(ctx context.Context, url string, child *x509.Certificate) [][]byte {
	r := verify.Request{URL: url}
	a, ok := s.fetch(ctx, r, probe.FetchTimeout)
	if !ok {
		return nil
	}
	found := verify.IssuersIn(a, child)
	if found != nil {
		s.Web.keep(r, a, child.NotAfter)
	}
	return found
}
