package mta

import (
	"crypto/x509"

	"mxlab/verify"
	"mxlab/verify/judge"
)

// identify compares names until one matches: dNSNames, or the common names where
// there are none.
func (j *judgement) identify(leaf *x509.Certificate, references []Reference) bool {
	id := &j.setting.Identity
	var cns []string
	if id.CommonNames != nil {
		cns = id.CommonNames(leaf)
	}
	named := len(leaf.DNSNames) > 0
	if id.Named != nil {
		named = id.Named(leaf)
	}
	if named || len(cns) == 0 {
		for _, r := range references {
			presented := leaf.DNSNames
			if r.Presented != nil {
				presented = r.Presented(leaf)
			}
			if r.SAN != nil && j.compare(r, r.SAN, verify.DNSID, presented) {
				return true
			}
		}
	}
	if len(cns) == 0 && !onlyCN(references) {
		return false
	}
	if named {
		j.Verdict.Checks = append(j.Verdict.Checks, verify.Check{Rule: id.SANOnly, From: verify.CNID, Presented: cns, Result: verify.Skipped, Why: "the certificate has an alternative name"})
		j.Decide(id.SANOnly)
		if j.Holds(id.SANOnly, true) {
			return false
		}
	}
	for _, r := range references {
		if j.compare(r, r.CN, verify.CNID, cns) {
			return true
		}
	}
	return false
}

// onlyCN reports whether no dNSName counts, so that a certificate without a common
// name fails for that.
func onlyCN(references []Reference) bool { return len(references) > 0 && references[0].SAN == nil }

func (j *judgement) compare(r Reference, rule *verify.Rule, from verify.Source, names []string) bool {
	return j.Compare(verify.Check{Rule: rule, Kind: r.Kind, Reference: r.Name, From: from, Presented: names}, r.Match)
}

// notReached lists the comparisons that were not made because the path did not
// hold.
func (j *judgement) notReached(references []Reference) {
	for _, r := range references {
		c := verify.Check{Rule: r.SAN, Kind: r.Kind, Reference: r.Name, From: verify.DNSID, Result: verify.NotReached}
		if r.SAN == nil {
			c.Rule, c.From = r.CN, verify.CNID
		}
		j.Verdict.Checks = append(j.Verdict.Checks, c)
	}
}

// known looks whether the certificate is one that the sender knows.
func (j *judgement) known(s *verify.Session) (verify.Verdict, []verify.Need) {
	k := &j.setting.Known
	leaf, err := x509.ParseCertificate(s.TLS.Chain[0])
	if !j.Check(k.Rule, "certificate", err == nil && k.Is(leaf, j.Evidence.Known), "none of those that are known") {
		return j.unverified(s, verify.CertificateNotTrusted, verify.NotKnown)
	}
	j.Decide(k.Rule)
	j.Verdict.Match = string(verify.RefCertificate)
	if name := judge.NameOf(leaf); name != "" {
		j.Verdict.Match += " " + name
	}
	return j.transaction(s, verify.Verified)
}
