package connector

import (
	"bytes"
	"crypto/x509"
	"slices"

	"mxlab/verify"
	"mxlab/verify/judge"
)

// known looks for the host's certificate among those that the sender knows:
// direct trust. No chain is built, no date is looked at, no name compared.
func (j *judgement) known(s *verify.Session) verify.Verdict {
	d := j.setting.Direct
	leaf, err := x509.ParseCertificate(s.TLS.Chain[0])
	found := slices.ContainsFunc(j.Evidence.Known, func(der []byte) bool { return bytes.Equal(der, s.TLS.Chain[0]) })
	if !j.Check(d.Known, "certificate", found && err == nil, "none of those that are known") {
		return j.unverified(s, verify.CertificateNotTrusted, verify.NotKnown)
	}
	j.Decide(d.Known)
	if err == nil && (j.Evidence.Now.After(leaf.NotAfter) || j.Evidence.Now.Before(leaf.NotBefore)) {
		j.Note(d.Dates, "dates", verify.Skipped, "not looked at")
		j.Decide(d.Dates)
		if !j.Holds(d.Dates, true) {
			return j.unverified(s, verify.CertificateExpired, "")
		}
	}
	j.Verdict.Match = string(verify.RefCertificate)
	if name := judge.NameOf(leaf); name != "" {
		j.Verdict.Match += " " + name
	}
	return j.Transaction(s, verify.Verified)
}
