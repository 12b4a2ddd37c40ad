package esa

import (
	"crypto/x509"
	"strings"

	"mxlab/verify"
	"mxlab/verify/pkix"
)

// presented are the identifiers that a certificate presents.
type presented struct {
	san []string // dNSNames
	cn  []string // the common name, if there is one

	several bool // there were more of them
}

// present gives what a certificate presents. Of several common names one counts,
// and the others are noted.
func (j *judgement) present(leaf *x509.Certificate) presented {
	if leaf == nil {
		return presented{}
	}
	p := presented{san: leaf.DNSNames, cn: commonNames(leaf)}
	if len(p.cn) > 1 {
		last := len(p.cn) - 1
		counts, others := p.cn[last:], p.cn[:last]
		if !j.holds(ruleLastCN, true) {
			counts, others = p.cn[:1], p.cn[1:]
		}
		p.cn, p.several = counts, true
		j.note(ruleLastCN, "CN "+strings.Join(others, ", "), verify.Skipped, "only the last common name counts")
	}
	return p
}

// idCommonName is id-at-commonName (RFC 5280 appendix A.1).
const idCommonName = "2.5.4.3"

// commonNames lists the common names, in the order of the subject.
func commonNames(leaf *x509.Certificate) []string {
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

// identify compares names until one matches, by the setting's algorithm.
func (j *judgement) identify(path *pkix.Path) (bool, []verify.Need) {
	p := j.present(path.Leaf)
	algorithm := j.verify
	if j.setting.identity == verifyHosted {
		algorithm = j.hosted
	}
	matched, needs := algorithm(p)
	// Where a dNSName matched, the common names had no part in it.
	if p.several && !(matched && j.matchedBy() == verify.DNSID) {
		j.decide(ruleLastCN)
	}
	return matched, needs
}

// matchedBy gives the source of the identifier that matched.
func (j *judgement) matchedBy() (from verify.Source) {
	for _, c := range j.v.Checks {
		if c.Result == verify.Match {
			from = c.From
		}
	}
	return from
}

// notReached lists the comparisons that were not made because an earlier step
// had decided; path is nil if there was no certificate.
func (j *judgement) notReached(path *pkix.Path) {
	if j.setting.identity == unchecked {
		return
	}
	if path == nil {
		j.note(rulePathTrust, "path: trust", verify.NotReached, "")
	}
	j.rest(j.order()...)
}

// A step is one comparison of an algorithm.
type step struct {
	rule *verify.Rule
	kind verify.Kind
}

// order gives the comparisons of the setting's algorithm, in order.
func (j *judgement) order() []step {
	if j.setting.identity == verifyHosted {
		return []step{{ruleHostedDomain, verify.RefDomain}, j.hostedSecond()}
	}
	cn, ptr := ruleVerifyCN, ruleVerifyPTR
	if j.old {
		cn, ptr = ruleVerifyCNExact, ruleVerifyPTROld
	}
	return []step{{ruleVerifySAN, verify.RefDomain}, {cn, verify.RefDomain}, {ptr, verify.RefPTR}}
}

// rest marks steps as not reached.
func (j *judgement) rest(steps ...step) {
	for _, s := range steps {
		c := verify.Check{Rule: s.rule, Kind: s.kind, Result: verify.NotReached}
		if s.kind == verify.RefDomain {
			c.Reference = j.ev.Domain
		}
		j.v.Checks = append(j.v.Checks, c)
	}
}

// compare makes one comparison: one reference identifier with the presented
// identifiers of one source.
func (j *judgement) compare(r *verify.Rule, kind verify.Kind, reference string, from verify.Source, names []string, exact bool) bool {
	c := verify.Check{Rule: r, Kind: kind, Reference: reference, From: from, Presented: names}
	if len(names) == 0 {
		c.Result, c.Why = verify.Skipped, "the certificate has none"
	} else {
		c.Result = verify.NoMatch
		var why verify.Mismatch
		if c.Matched, why = j.match(names, reference, exact); why == "" {
			c.Result = verify.Match
		}
		c.Why = string(why)
	}
	if found := c.Result == verify.Match; j.holds(r, found) != found {
		c.Result, c.Why = map[bool]verify.Result{true: verify.NoMatch, false: verify.Match}[found], "inverted"
	}
	j.v.Checks = append(j.v.Checks, c)
	j.decide(r)
	if c.Result != verify.Match {
		return false
	}
	j.v.Decided = append(j.v.Decided[:0], r) // a match rests on itself alone
	j.v.Match = string(kind) + " " + reference
	return true
}

func (j *judgement) match(names []string, reference string, exact bool) (string, verify.Mismatch) {
	if exact && strings.Contains(names[0], "*") {
		return "", "this algorithm takes no wildcard here"
	}
	return verify.MatchAny(names, reference, j.stars)
}

// skip notes a kind of name that the algorithm never compares. Where the rule
// is turned round the names are compared after all.
func (j *judgement) skip(r *verify.Rule, kind verify.Kind, why string) bool {
	j.v.Checks = append(j.v.Checks, verify.Check{Rule: r, Kind: kind, Result: verify.Skipped, Why: why})
	j.decide(r)
	return j.holds(r, true)
}
