package connector

import (
	"slices"

	"mxlab/verify"
	"mxlab/verify/pkix"
)

// library says how Windows judges certificate paths: of hosts, or of clients that
// come to a receiver.
func (j *judgement) library() pkix.Rules {
	if j.client {
		return pkix.Schannel().ForClients()
	}
	return pkix.Schannel()
}

// certificate checks the certificate as far as the setting does.
func (j *judgement) certificate(s *verify.Session) (verify.Verdict, []verify.Need) {
	if j.setting.Check == Unchecked {
		return j.unverified(s, "", ""), nil
	}
	if j.setting.Check == Known {
		return j.known(s), nil
	}
	p, reason, detail, needs := j.checkPath(s)
	switch {
	case needs != nil:
		return j.Verdict, needs
	case reason != "":
		return j.unverified(s, reason, detail), nil
	}
	switch j.setting.Check {
	case Names:
		matched := j.identify(p.Leaf)
		j.rests(p.passed)
		if !matched {
			return j.unverified(s, verify.CertificateHostMismatch, ""), nil
		}
		return j.mutual(s), nil
	default:
		a := j.setting.Valid
		j.Decide(a.Rule)
		j.rests(p.passed)
		if !j.Holds(a.Rule, a.Send) {
			return j.Leave(j.Rules.Queue, verify.ValidationFailure, ""), nil
		}
		return j.Transaction(s, verify.Encrypted), nil
	}
}

// checkPath checks the path, and gives the reason for which it does not hold.
func (j *judgement) checkPath(s *verify.Session) (*seen, verify.Reason, verify.Detail, []verify.Need) {
	p, needs := j.path(s)
	if needs != nil {
		return nil, "", "", needs
	}
	rules := j.setting.Path.PathRules
	if p.overlooked {
		rules.Offline = nil // it would say that somebody told
	}
	reason, detail := j.Path(p.Path, rules, p.checks...)
	if reason != "" {
		j.rests(p.caused)
		if !p.worseThanUsage() {
			j.rests(p.passed)
		}
		j.notReached()
	}
	return p, reason, detail, nil
}

// mutual is where TLS is to be mutual: the host should have asked for the
// sender's certificate.
func (j *judgement) mutual(s *verify.Session) verify.Verdict {
	if r := j.setting.Identity.Mutual; r != nil && !s.TLS.Asked {
		j.Note(r, "client certificate", verify.Skipped, "the host asks for none")
		j.Decide(r)
		if !j.Holds(r, true) {
			j.Verdict.Match = ""
			return j.unverified(s, verify.ValidationFailure, "")
		}
	}
	return j.Transaction(s, verify.Verified)
}

// rests names rules on which the outcome rests besides, each once.
func (j *judgement) rests(rules []*verify.Rule) {
	for _, r := range rules {
		if !slices.Contains(j.Verdict.Decided, r) {
			j.Decide(r)
		}
	}
}

// A seen is the path of a host's chain with all its faults.
type seen struct {
	*pkix.Path
	checks []verify.Check // of revocation
	passed []*verify.Rule // by which faults are none, or were mended
	caused []*verify.Rule // by which faults are some, or were not mended

	overlooked bool // that nobody tells whether a certificate is revoked is no fault
}

// worseThanUsage reports whether a path fails for a reason that comes before those
// that were passed over, had they counted.
func (p *seen) worseThanUsage() bool {
	words := ""
	for _, c := range []verify.PathClass{verify.PathTrust, verify.PathDates, verify.PathRevoked, verify.PathOffline} {
		words += verify.PathFaults(p.Path, c)
	}
	return words != ""
}

// path builds the path, asks who is revoked, and passes over what the setting
// passes over.
func (j *judgement) path(s *verify.Session) (*seen, []verify.Need) {
	rules := &j.setting.Path
	p := &seen{Path: j.Evidence.Path(s, j.library())}
	if child := p.WantsIssuer(); child != nil && len(pkix.Issuers(child)) > 0 {
		p.caused = append(p.caused, rules.Issuers.Rule)
		if j.Holds(rules.Issuers.Rule, rules.Issuers.Yes) {
			completed, needs := j.Evidence.Completed(s, j.library())
			if needs != nil {
				return nil, needs
			}
			p.Path, p.passed = completed, append(p.passed, rules.Issuers.Rule)
		}
	}
	told, needs := j.Evidence.Revocation(s.TLS, p.Path, verify.CryptoAPI())
	if needs != nil {
		return nil, needs
	}
	p.checks = told.Checks(rules.Revoked)
	var faults []pkix.Fault
	for _, f := range told.Path.Faults {
		switch f.Kind {
		case pkix.Revoked:
			faults = append(faults, f)
		case pkix.RevocationOffline:
			c := p.Certs[f.Depth]
			switch named := len(pkix.Responders(c))+len(pkix.Points(c)) > 0; {
			case !named:
				faults = j.pass(p, rules.Source, f, faults)
			case rules.Ignored != nil:
				faults = j.pass(p, Reading{rules.Ignored, true}, f, faults)
			default:
				faults = append(faults, f)
			}
		}
	}
	for i, c := range p.Certs[:max(len(p.Certs)-1, 0)] {
		if pkix.SHA1Signed(c) {
			faults = j.pass(p, Reading{rules.SHA1, true}, pkix.Fault{Kind: pkix.WeakSignature, Depth: i}, faults)
		}
	}
	if len(faults) > 0 {
		p.Path = p.With(faults...)
	}
	p.overlooked = verify.PathFaults(told.Path, verify.PathOffline) != "" && verify.PathFaults(p.Path, verify.PathOffline) == ""
	return p, nil
}

// pass adds a fault to others, unless a reading passes over it.
func (j *judgement) pass(p *seen, r Reading, f pkix.Fault, to []pkix.Fault) []pkix.Fault {
	if j.Holds(r.Rule, r.Yes) {
		p.passed = append(p.passed, r.Rule)
		return to
	}
	p.caused = append(p.caused, r.Rule)
	return append(to, f)
}
