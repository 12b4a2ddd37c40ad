package deliver

import (
	"context"

	"mxlab/verify"
	"mxlab/verify/pkix"
	"mxlab/verify/probe"
)

// completed builds the path of a chain, and fetches the issuers that the host
// did not send, as Windows does: three addresses at most.
func (s *Sender) completed(ctx context.Context, chain [][]byte, rules pkix.Rules) *pkix.Path {
	all := append([][]byte(nil), chain...)
	for tried := 0; ; {
		path := s.Paths.Build(all, s.Anchors, s.Client.Now(), rules)
		child := path.WantsIssuer()
		if child == nil {
			return path
		}
		var issuers [][]byte
		for _, url := range pkix.Issuers(child) {
			if tried == verify.MaxIssuerFetches || issuers != nil {
				break
			}
			tried++
			r := verify.Request{URL: url}
			if a, ok := s.fetch(ctx, r, probe.FetchTimeout); ok {
				if issuers = verify.IssuersIn(a, child); issuers != nil {
					s.Web.keep(r, a, child.NotAfter)
				}
			}
		}
		if issuers == nil {
			return path
		}
		all = append(all, issuers...)
	}
}
