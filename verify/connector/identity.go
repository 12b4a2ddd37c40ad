package connector

import (
	"crypto/x509"
	"slices"
	"strings"

	"mxlab/verify"
	"mxlab/verify/judge"
)

// identify compares names until one matches: dNSNames, then the common name.
func (j *judgement) identify(leaf *x509.Certificate) bool {
	id := &j.setting.Identity
	if id.Unset != nil {
		j.Note(id.Unset, "reference identifier", verify.Failed, "none is set")
		if j.Holds(id.Unset, true) {
			j.Decide(id.Unset)
			return false
		}
	}
	matched := j.compare(id.SAN, verify.DNSID, leaf.DNSNames)
	if matched {
		j.rest(j.cnRule(leaf), verify.CNID)
	} else {
		matched = j.commonName(leaf)
	}
	if id.Routed != nil && len(j.Evidence.Routes) > 0 && id.Reference == "" {
		j.Decide(id.Routed)
		if !j.Holds(id.Routed, true) {
			j.Verdict.Match = ""
			return false
		}
	}
	return matched
}

// commonName compares the common names.
func (j *judgement) commonName(leaf *x509.Certificate) bool {
	names := judge.CommonNames(leaf)
	several := j.setting.Identity.SeveralCN
	if len(names) < 2 {
		return j.compare(j.cnRule(leaf), verify.CNID, names)
	}
	if !j.Holds(several, true) {
		names = names[len(names)-1:]
	}
	matched := j.compare(j.cnRule(leaf), verify.CNID, names)
	j.Decide(several)
	return matched
}

// cnRule is the rule by which the common name counts.
func (j *judgement) cnRule(leaf *x509.Certificate) *verify.Rule {
	if len(leaf.DNSNames) > 0 {
		return j.setting.Identity.Beside
	}
	return j.setting.Identity.CN
}

// reference is what names are compared with.
func (j *judgement) reference() string {
	if r := j.setting.Identity.Reference; r != "" {
		return r
	}
	return j.Evidence.Domain
}

// compare makes one comparison. Where it rests on a reading the outcome does.
func (j *judgement) compare(r *verify.Rule, from verify.Source, names []string) bool {
	id := &j.setting.Identity
	var readings []*verify.Rule
	m := Matching{}
	if differ(names, j.reference(), m, Matching{ManyLabels: true}) {
		readings = append(readings, id.Labels.Rule)
		m.ManyLabels = j.Holds(id.Labels.Rule, id.Labels.Yes)
	}
	if id.Below.Rule != nil && differ(names, j.reference(), m, Matching{ManyLabels: m.ManyLabels, Below: true}) {
		readings = append(readings, id.Below.Rule)
		m.Below = j.Holds(id.Below.Rule, id.Below.Yes)
	}
	match := m.Any
	if id.Pattern != nil {
		readings = append(readings, id.Pattern)
		if !j.Holds(id.Pattern, true) {
			match = literally
		}
	}
	matched := j.Compare(verify.Check{Rule: r, Kind: id.Kind, Reference: j.reference(), From: from, Presented: names}, match)
	for _, r := range readings {
		j.Decide(r)
	}
	return matched
}

// literally is a match for a reference that is no pattern after all.
func literally(names []string, reference string) (string, verify.Mismatch) {
	if slices.Contains(names, reference) {
		return reference, ""
	}
	return "", verify.OtherName
}

// differ reports whether one way of matching finds a name where the other does
// not.
func differ(names []string, reference string, a, b Matching) bool {
	_, one := a.Any(names, reference)
	_, other := b.Any(names, reference)
	return (one == "") != (other == "")
}

// notReached lists the comparisons that were not made because the path did not
// hold.
func (j *judgement) notReached() {
	if j.setting.Check == Names {
		j.rest(j.setting.Identity.SAN, verify.DNSID)
		j.rest(j.setting.Identity.CN, verify.CNID)
	}
}

func (j *judgement) rest(r *verify.Rule, from verify.Source) {
	j.Verdict.Checks = append(j.Verdict.Checks, verify.Check{Rule: r, Kind: j.setting.Identity.Kind, Reference: j.reference(), From: from, Result: verify.NotReached})
}

// A Matching says how names of a certificate are compared with a reference: the
// zero Matching as in RFC 9525 section 6.3.
type Matching struct {
	ManyLabels bool // a star stands for one or more labels
	Below      bool // a name below the reference matches too
}

// Any is [verify.MatchAny] by these rules. A reference *.NAME is matched by
// itself and by every name below NAME.
func (m Matching) Any(names []string, reference string) (string, verify.Mismatch) {
	stars := verify.WholeLabel
	if m.ManyLabels {
		stars = verify.ManyLabels
	}
	domain, below := strings.CutPrefix(reference, "*.")
	if !below {
		matched, why := verify.MatchAny(names, reference, stars)
		if why == "" || !m.Below {
			return matched, why
		}
	}
	return verify.MatchBelow(names, domain)
}
