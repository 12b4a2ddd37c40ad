package esa

import (
	"crypto/x509"
	"strings"

	"mxlab/verify"
	"mxlab/verify/judge"
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
	p := presented{san: leaf.DNSNames, cn: judge.CommonNames(leaf)}
	if len(p.cn) > 1 {
		last := len(p.cn) - 1
		counts, others := p.cn[last:], p.cn[:last]
		if !j.Holds(ruleLastCN, true) {
			counts, others = p.cn[:1], p.cn[1:]
		}
		p.cn, p.several = counts, true
		j.Note(ruleLastCN, "CN "+strings.Join(others, ", "), verify.Skipped, "only the last common name counts")
	}
	return p
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
		j.Decide(ruleLastCN)
	}
	return matched, needs
}

// matchedBy gives the source of the identifier that matched.
func (j *judgement) matchedBy() (from verify.Source) {
	for _, c := range j.Verdict.Checks {
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
		j.Note(paths.Trust, "path: trust", verify.NotReached, "")
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
			c.Reference = j.Evidence.Domain
		}
		j.Verdict.Checks = append(j.Verdict.Checks, c)
	}
}

// compare makes one comparison: one reference identifier with the presented
// identifiers of one source.
func (j *judgement) compare(r *verify.Rule, kind verify.Kind, reference string, from verify.Source, names []string, exact bool) bool {
	match := j.match
	if exact {
		match = j.exactly
	}
	return j.Compare(verify.Check{Rule: r, Kind: kind, Reference: reference, From: from, Presented: names}, match)
}

func (j *judgement) match(names []string, reference string) (string, verify.Mismatch) {
	return verify.MatchAny(names, reference, j.stars)
}

// exactly is match for the one name that may have no star.
func (j *judgement) exactly(names []string, reference string) (string, verify.Mismatch) {
	if strings.Contains(names[0], "*") {
		return "", "this algorithm takes no wildcard here"
	}
	return j.match(names, reference)
}

// skip notes a kind of name that the algorithm never compares. Where the rule
// is turned round the names are compared after all.
func (j *judgement) skip(r *verify.Rule, kind verify.Kind, why string) bool {
	j.Verdict.Checks = append(j.Verdict.Checks, verify.Check{Rule: r, Kind: kind, Result: verify.Skipped, Why: why})
	j.Decide(r)
	return j.Holds(r, true)
}
