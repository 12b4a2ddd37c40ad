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
}

func present(leaf *x509.Certificate) presented {
	if leaf == nil {
		return presented{}
	}
	p := presented{san: leaf.DNSNames}
	if leaf.Subject.CommonName != "" {
		p.cn = []string{leaf.Subject.CommonName}
	}
	return p
}

// identify compares names until one matches, by the setting's algorithm.
func (j *judgement) identify(path *pkix.Path) (bool, []verify.Need) {
	p := present(path.Leaf)
	if j.setting.identity == verifyHosted {
		return j.hosted(p)
	}
	return j.verify(p)
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
