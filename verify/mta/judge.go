package mta

import (
	"mxlab/verify"
	"mxlab/verify/judge"
)

// A judgement is one host under one setting while it is being judged.
type judgement struct {
	judge.Host
	Policy
}

// Judge follows a delivery to the host step by step, as the product would, and
// stops where it would stop.
func (p Policy) Judge(ev verify.Evidence) (verify.Verdict, []verify.Need) {
	j := &judgement{judge.NewHost(&p.mta.Common, p.choice.Mode, ev, p.inverted, 4), p}
	j.Portal = p.mta.Portal
	if ev.Hop.Fault != "" {
		return j.Unroutable(), nil
	}
	s, needs := ev.Session(p.Hello())
	if needs != nil {
		return j.Verdict, needs
	}
	j.Verdict.Spoken = s.Stop == nil || s.Stop.Stage != verify.StageConnect
	if judge.BeforeTLS(s.Stop) {
		return j.Lost(s.Stop), nil
	}
	if r := p.setting.Never; r != nil && j.Holds(r, true) {
		j.Decide(r)
		return j.Transaction(s, verify.Cleartext), nil
	}
	if !j.Check(p.mta.OwnLine, "STARTTLS", s.Offered, "not offered") {
		return j.plain(p.setting.Offered, verify.STARTTLSNotSupported, verify.NotOffered)
	}
	if s.TLS == nil && s.STARTTLS.Code != 0 && s.STARTTLS.Code != 220 {
		j.Note(p.setting.Refused.Rule, "answer to STARTTLS", verify.Failed, "refused")
		return j.plain(p.setting.Refused, verify.STARTTLSNotSupported, verify.Refused)
	}
	if stop := s.Stop; stop != nil && stop.Stage == verify.StageSTARTTLS {
		return j.Lost(stop), nil
	}
	if cause, failed := j.handshake(s); failed {
		a := j.setting.failed(ev)
		j.Note(a.Rule, "handshake", verify.Failed, string(cause))
		return j.plain(a, verify.ValidationFailure, verify.Detail(cause))
	}
	return j.certificate(s)
}

// handshake reports whether the handshake failed, or one that ours completed
// would not have been, and how.
func (j *judgement) handshake(s *verify.Session) (verify.Cause, bool) {
	if s.TLS != nil {
		for _, r := range j.mta.Refusals {
			if why := r.Why(s); why != "" && j.Holds(r.Rule, true) {
				j.Note(r.Rule, "certificates", verify.Failed, why)
				j.Decide(r.Rule)
				return verify.HandshakeFailed, true
			}
		}
		return "", false
	}
	if s.Stop != nil && s.Stop.Stage == verify.StageHandshake {
		return s.Stop.Cause, true
	}
	return verify.HandshakeFailed, true
}

// failed gives what the setting does where TLS fails behind the 220.
func (s Setting) failed(ev verify.Evidence) judge.Action {
	if s.Late.Age > 0 && ev.Age >= s.Late.Age {
		return s.Late.Action
	}
	return s.Failed
}

// plain says what the setting does where TLS did not come about.
func (j *judgement) plain(a judge.Action, reason verify.Reason, d verify.Detail) (verify.Verdict, []verify.Need) {
	return j.Plain(a, j.Hello(), reason, d)
}

// unverified says what the setting does with an encrypted session whose
// certificate does not hold, or was not looked at.
func (j *judgement) unverified(s *verify.Session, reason verify.Reason, d verify.Detail) verify.Verdict {
	return j.Unverified(j.setting.Checked, s, reason, d)
}

// certificate checks the certificate as far as the setting does.
func (j *judgement) certificate(s *verify.Session) (verify.Verdict, []verify.Need) {
	switch j.setting.Check {
	case Unchecked:
		return j.unverified(s, "", ""), nil
	case Direct:
		return j.known(s), nil
	}
	var references []Reference
	if j.setting.Check == Names {
		var needs []verify.Need
		if references, needs = j.setting.Identity.References(j.Evidence); needs != nil {
			return j.Verdict, needs
		}
	}
	path := j.Evidence.Path(s, j.mta.Library)
	if reason, detail := j.Path(path, j.setting.Path); reason != "" {
		j.notReached(references)
		return j.unverified(s, reason, detail), nil
	}
	if j.setting.Check == Chain {
		a := j.setting.Valid
		j.Decide(a.Rule)
		if !j.Holds(a.Rule, a.Send) {
			return j.Leave(j.Rules.Queue, verify.ValidationFailure, ""), nil
		}
		return j.Transaction(s, verify.Encrypted), nil
	}
	if !j.identify(path.Leaf, references) {
		return j.unverified(s, verify.CertificateHostMismatch, ""), nil
	}
	return j.Transaction(s, verify.Verified), nil
}
