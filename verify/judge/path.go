package judge

import (
	"mxlab/verify"
	"mxlab/verify/pkix"
)

// PathRules are a product's rules on the certificate path.
type PathRules struct {
	Trust *verify.Rule // it ends in a trusted authority
	Dates *verify.Rule // every certificate is within its dates
	Usage *verify.Rule // the leaf is fit for a TLS server
}

// Path checks the certificate path: trust, dates, usage, each its own rule. It
// returns the reason if one fails; the first that does decides.
func (h *Host) Path(p *pkix.Path, rules PathRules) (reason verify.Reason, detail verify.Detail) {
	for _, part := range [...]struct {
		rule     *verify.Rule
		subject  string
		class    verify.PathClass
		inverted verify.Reason
	}{
		{rules.Trust, "path: trust", verify.PathTrust, verify.CertificateNotTrusted},
		{rules.Dates, "path: dates", verify.PathDates, verify.CertificateExpired},
		{rules.Usage, "path: usage", verify.PathUsage, verify.ValidationFailure},
	} {
		faults := verify.PathFaults(p, part.class)
		if h.Holds(part.rule, faults == "") {
			h.Note(part.rule, part.subject, verify.Passed, "")
			continue
		}
		h.Note(part.rule, part.subject, verify.Failed, faults)
		if reason != "" {
			continue
		}
		h.Decide(part.rule)
		if reason = part.inverted; faults != "" {
			reason, detail = verify.PathReason(p)
		}
	}
	return reason, detail
}
