package mta

import (
	"slices"
	"strings"

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
	if r := p.mta.Exact; r != nil && !exact(s) && !j.Check(r, "keyword", false, "not STARTTLS alone") {
		return j.plain(p.setting.Offered, verify.STARTTLSNotSupported, verify.NotOffered)
	}
	if r := p.mta.Capitals; r != nil && !capitals(s) && !j.Check(r, "keyword", false, "not in capitals") {
		return j.plain(p.setting.Offered, verify.STARTTLSNotSupported, verify.NotOffered)
	}
	if s.TLS == nil && s.STARTTLS.Code != 0 && s.STARTTLS.Code != 220 {
		a := p.setting.Refused
		if p.setting.Odd.Rule != nil && s.STARTTLS.Positive() {
			a = p.setting.Odd
		}
		j.Note(a.Rule, "answer to STARTTLS", verify.Failed, "refused")
		return j.plain(a, verify.STARTTLSNotSupported, verify.Refused)
	}
	if stop := s.Stop; stop != nil && stop.Stage == verify.StageSTARTTLS {
		return j.Lost(stop), nil
	}
	if r := p.mta.Behind; r != nil && s.Early > 0 && !j.Check(r, "behind the 220", false, "octets in clear text") {
		return j.Done(verify.Deferred, verify.ValidationFailure, verify.Detail(verify.HandshakeFailed), false), nil
	}
	if cause, failed := j.handshake(s); failed {
		a := j.setting.failed(ev, cause)
		j.Note(a.Rule, "handshake", verify.Failed, string(cause))
		return j.plain(a, verify.ValidationFailure, verify.Detail(cause))
	}
	v, needs := j.certificate(s)
	if r := p.setting.HELO; r != nil && v.Outcome.Sent() && heloInside(s) && !j.Check(r, "EHLO", false, "refused") {
		j.Verdict.Match = ""
		return j.Leave(j.Rules.Queue, verify.SMTPRefused, ""), nil
	}
	return v, needs
}

// heloInside reports whether inside TLS the host was greeted by HELO.
func heloInside(s *verify.Session) bool {
	return slices.ContainsFunc(s.Dialogue, func(l verify.Line) bool { return l.Client && l.TLS && strings.HasPrefix(l.Text, "HELO ") })
}

// handshake reports whether the handshake failed, or one that ours completed
// would not have been, and how.
func (j *judgement) handshake(s *verify.Session) (verify.Cause, bool) {
	if s.TLS != nil {
		if r := j.mta.Mute; r != nil && s.TLS.Asked && j.Evidence.Shows && !j.Check(r, "client certificate", false, "cannot be used") {
			return verify.HandshakeFailed, true
		}
		for _, r := range slices.Concat(j.mta.Refusals, j.setting.Refusals) {
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

// exact reports whether a host offers STARTTLS on a line that has that word alone,
// in capitals.
func exact(s *verify.Session) bool {
	return slices.ContainsFunc(s.Dialogue, func(l verify.Line) bool {
		return !l.Client && !l.TLS && (l.Text == "250-STARTTLS" || l.Text == "250 STARTTLS")
	})
}

// capitals reports whether a host offers STARTTLS in capitals.
func capitals(s *verify.Session) bool {
	return slices.ContainsFunc(s.Dialogue, func(l verify.Line) bool {
		return !l.Client && !l.TLS && len(l.Text) > 4 && l.Text[:3] == "250" && (l.Text[4:] == "STARTTLS" || strings.HasPrefix(l.Text[4:], "STARTTLS "))
	})
}

// failed gives what the setting does where TLS fails behind the 220, for a cause.
func (s Setting) failed(ev verify.Evidence, cause verify.Cause) judge.Action {
	if s.Silent.Rule != nil && cause == verify.HandshakeSilent {
		return s.Silent
	}
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
func (j *judgement) unverified(s *verify.Session, reason verify.Reason, d verify.Detail) (verify.Verdict, []verify.Need) {
	if j.setting.Ends {
		return j.plain(j.setting.Checked, reason, d)
	}
	if j.Holds(j.setting.Checked.Rule, j.setting.Checked.Send) {
		if v, needs, ended := j.greeted(s); ended {
			return v, needs
		}
	}
	return j.Unverified(j.setting.Checked, s, reason, d), nil
}

// transaction hands the message over inside TLS.
func (j *judgement) transaction(s *verify.Session, o verify.Outcome) (verify.Verdict, []verify.Need) {
	if v, needs, ended := j.greeted(s); ended {
		return v, needs
	}
	return j.Transaction(s, o), nil
}

// greeted looks at what the host says to EHLO inside TLS, where that alone settles
// what becomes of the message.
func (j *judgement) greeted(s *verify.Session) (v verify.Verdict, needs []verify.Need, ended bool) {
	stop := s.Stop
	if a := j.setting.Early; a.Rule != nil && stop != nil && stop.TLS && stop.Stage == verify.StageEHLO && stop.Cause != verify.ReplyRefused {
		j.Verdict.Match = ""
		j.Note(a.Rule, "EHLO", verify.Failed, string(stop.Cause))
		var d verify.Detail
		if stop.InTLS() {
			d = verify.Detail(stop.Cause)
		}
		v, needs = j.plain(a, verify.ValidationFailure, d)
		return v, needs, true
	}
	refused := heloInside(s) || stop != nil && stop.TLS && stop.Stage == verify.StageEHLO && stop.Cause == verify.ReplyRefused && stop.Reply.Code != 421
	if r := j.mta.Inside; r != nil && refused && !j.Check(r, "EHLO", false, "refused") {
		j.Verdict.Match = ""
		return j.Done(verify.Bounced, verify.SMTPRefused, "", false), nil, true
	}
	return verify.Verdict{}, nil, false
}

// certificate checks the certificate as far as the setting does.
func (j *judgement) certificate(s *verify.Session) (verify.Verdict, []verify.Need) {
	switch j.setting.Check {
	case Unchecked:
		return j.unverified(s, "", "")
	case Direct:
		return j.known(s)
	}
	var references []Reference
	if j.setting.Check == Names {
		var needs []verify.Need
		if references, needs = j.setting.Identity.References(j.Evidence); needs != nil {
			return j.Verdict, needs
		}
	}
	for _, r := range j.mta.Unfit {
		if why := r.Why(s); why != "" && j.Holds(r.Rule, true) {
			j.Note(r.Rule, "certificates", verify.Failed, why)
			j.Decide(r.Rule)
			j.notReached(references)
			return j.unverified(s, verify.ValidationFailure, "")
		}
	}
	path := j.Evidence.Path(s, j.mta.Library)
	if staple := j.mta.Staple; staple != nil {
		if faults := staple(s.TLS, path, j.Evidence.Now); len(faults) > 0 {
			path = path.With(faults...)
		}
	}
	if reason, detail := j.Path(path, j.setting.Path); reason != "" {
		j.notReached(references)
		return j.unverified(s, reason, detail)
	}
	if j.setting.Check == Chain {
		a := j.setting.Valid
		j.Decide(a.Rule)
		if !j.Holds(a.Rule, a.Send) {
			return j.Leave(j.Rules.Queue, verify.ValidationFailure, ""), nil
		}
		return j.transaction(s, verify.Encrypted)
	}
	if !j.identify(path.Leaf, references) {
		return j.unverified(s, verify.CertificateHostMismatch, "")
	}
	return j.transaction(s, verify.Verified)
}
