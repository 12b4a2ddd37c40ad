package judge

import (
	"crypto/x509"

	"mxlab/verify"
)

// Compare makes one comparison, as match does it: the check's Reference with its
// Presented identifiers, which come From one source. Where they match the
// verdict has the match, and rests on the check's rule alone; else it rests on
// this rule too.
func (h *Host) Compare(c verify.Check, match func(presented []string, reference string) (string, verify.Mismatch)) bool {
	if len(c.Presented) == 0 {
		c.Result, c.Why = verify.Skipped, "the certificate has none"
	} else {
		c.Result = verify.NoMatch
		var why verify.Mismatch
		if c.Matched, why = match(c.Presented, c.Reference); why == "" {
			c.Result = verify.Match
		}
		c.Why = string(why)
	}
	if found := c.Result == verify.Match; h.Holds(c.Rule, found) != found {
		c.Result, c.Why = map[bool]verify.Result{true: verify.NoMatch, false: verify.Match}[found], "inverted"
	}
	h.Verdict.Checks = append(h.Verdict.Checks, c)
	h.Decide(c.Rule)
	if c.Result != verify.Match {
		return false
	}
	h.Verdict.Decided = append(h.Verdict.Decided[:0], c.Rule)
	h.Verdict.Match = string(c.Kind) + " " + c.Reference
	return true
}

// idCommonName is id-at-commonName (RFC 5280 appendix A.1).
const idCommonName = "2.5.4.3"

// CommonNames lists the common names, in the order of the subject.
func CommonNames(leaf *x509.Certificate) []string {
	if cn := leaf.Subject.CommonName; len(leaf.Subject.Names) == 1 && cn != "" {
		return []string{cn}
	}
	var cns []string
	for _, n := range leaf.Subject.Names {
		if cn, ok := n.Value.(string); ok && cn != "" && n.Type.String() == idCommonName {
			cns = append(cns, cn)
		}
	}
	return cns
}

// NameOf tells a certificate by the first of its common names and dNSNames that
// is a host name; empty if none is.
func NameOf(leaf *x509.Certificate) string {
	if leaf == nil {
		return ""
	}
	for _, name := range append(CommonNames(leaf), leaf.DNSNames...) {
		if verify.MatchName(name, name, verify.WholeLabel) == "" {
			return name
		}
	}
	return ""
}
