package judge

import (
	"mxlab/verify"
	"mxlab/verify/pkix"
)

// PathRules are a product's rules on the certificate path. A sender that checks
// no revocation has neither Revoked nor Offline; one that passes over a
// certificate of which nobody tells whether it is revoked has no Offline.
type PathRules struct {
	Trust   *verify.Rule // it ends in a trusted authority
	Dates   *verify.Rule // every certificate is within its dates
	Revoked *verify.Rule // no certificate is revoked; may be nil
	Offline *verify.Rule // of every certificate somebody tells whether it is revoked; may be nil
	Usage   *verify.Rule // the leaf is fit for a TLS server
}

// Path checks the certificate path: trust, dates, revocation, usage, each its own
// rule. It returns the reason if one fails; the first that does decides. found
// are the checks on which the faults of revocation rest; see
// [verify.Revocation].
func (h *Host) Path(p *pkix.Path, rules PathRules, found ...verify.Check) (reason verify.Reason, detail verify.Detail) {
	for _, part := range [...]struct {
		rule     *verify.Rule
		subject  string
		class    verify.PathClass
		inverted verify.Reason
	}{
		{rules.Trust, "path: trust", verify.PathTrust, verify.CertificateNotTrusted},
		{rules.Dates, "path: dates", verify.PathDates, verify.CertificateExpired},
		{rules.Revoked, "path: revocation", verify.PathRevoked, verify.ValidationFailure},
		{rules.Offline, "path: revocation known", verify.PathOffline, verify.ValidationFailure},
		{rules.Usage, "path: usage", verify.PathUsage, verify.ValidationFailure},
	} {
		if part.rule == nil {
			continue
		}
		if part.class == verify.PathRevoked {
			h.Verdict.Checks = append(h.Verdict.Checks, found...)
		}
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
