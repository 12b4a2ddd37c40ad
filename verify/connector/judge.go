package connector

import (
	"mxlab/verify"
	"mxlab/verify/judge"
)

// A judgement is one host under one setting while it is being judged.
type judgement struct {
	judge.Host
	Policy
	client bool // it is a client's certificate that is looked at, by a receiver
}

// Judge follows a delivery to the host step by step, as the connector would,
// and stops where it would stop.
func (p Policy) Judge(ev verify.Evidence) (verify.Verdict, []verify.Need) {
	j := &judgement{Host: judge.NewHost(&p.transport.Common, p.choice.Mode, ev, p.inverted, 4), Policy: p}
	j.Portal = p.transport.Portal
	v, needs := j.judge()
	if len(needs) == 0 {
		v.Said = p.transport.Said(p.setting.Name, &v)
	}
	return v, needs
}

func (j *judgement) judge() (verify.Verdict, []verify.Need) {
	if j.Evidence.Hop.Fault != "" {
		return j.Unroutable(), nil
	}
	s, needs := j.Evidence.Session(j.Hello())
	if needs != nil {
		return j.Verdict, needs
	}
	if judge.BeforeTLS(s.Stop) {
		return j.Lost(s.Stop), nil
	}
	if r := j.setting.Ignore; r != nil && j.Holds(r, true) {
		j.Decide(r)
		return j.Transaction(s, verify.Cleartext), nil
	}
	verb := j.Hello().Command()
	if !s.Offered {
		if !onGreetingLine(s, verb) {
			j.Note(j.setting.Offered.Rule, verb, verify.Failed, "not offered")
			return j.plain(j.setting.Offered, verify.STARTTLSNotSupported, verify.NotOffered)
		}
		if !j.Check(j.transport.Handshake.GreetingLine, verb, false, "on the first line of the EHLO reply") {
			return j.plain(j.setting.Offered, verify.STARTTLSNotSupported, verify.NotOffered)
		}
	}
	if s.TLS == nil && s.STARTTLS.Code != 0 && s.STARTTLS.Code != 220 {
		j.Note(j.setting.Refused.Rule, "answer to "+verb, verify.Failed, "refused")
		return j.plain(j.setting.Refused, verify.STARTTLSNotSupported, verify.Refused)
	}
	if stop := s.Stop; stop != nil && stop.Stage == verify.StageSTARTTLS {
		return j.Lost(stop), nil
	}
	if failed, cause, action := j.handshake(s); failed {
		j.Note(action.Rule, "handshake", verify.Failed, string(cause))
		return j.plain(action, verify.ValidationFailure, verify.Detail(cause))
	}
	return j.certificate(s)
}

// plain says what a connector does where TLS did not come about.
func (j *judgement) plain(a Action, reason verify.Reason, d verify.Detail) (verify.Verdict, []verify.Need) {
	return j.Plain(a, j.Hello(), reason, d)
}

// unverified says what a connector does with an encrypted session whose
// certificate does not hold, or was not looked at.
func (j *judgement) unverified(s *verify.Session, reason verify.Reason, d verify.Detail) verify.Verdict {
	return j.Unverified(j.setting.Checked, s, reason, d)
}
