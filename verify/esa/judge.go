package esa

import (
	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/pkix"
)

// library says how AsyncOS, which uses OpenSSL, judges certificate paths. It
// checks no revocation by default.
var library = pkix.OpenSSL(1)

// A judgement is one host under one setting while it is being judged.
type judgement struct {
	judge.Host
	Policy
}

// Judge follows a delivery to the host step by step, as the setting would, and
// stops where the setting would stop.
func (p Policy) Judge(ev verify.Evidence) (verify.Verdict, []verify.Need) {
	j := &judgement{judge.NewHost(&common, p.choice.Mode, ev, p.inverted, p.room), p}
	j.Portal = p.setting.portal
	if ev.Hop.Fault != "" {
		return j.Unroutable(), nil
	}
	s, needs := ev.Session(p.Hello())
	if needs != nil {
		return j.Verdict, needs
	}
	if judge.BeforeTLS(s.Stop) {
		return j.Lost(s.Stop), nil
	}
	if p.setting.refuse != nil && p.holds(p.setting.refuse, true) {
		j.Decide(p.setting.refuse)
		return j.Transaction(s, verify.Cleartext), nil
	}
	if !j.Check(ruleOwnLine, "STARTTLS", s.Offered, "not offered") {
		return j.plain(p.setting.before220, verify.STARTTLSNotSupported, verify.NotOffered)
	}
	if s.TLS == nil && s.STARTTLS.Code != 0 && s.STARTTLS.Code != 220 {
		j.Note(p.setting.before220.rule, "answer to STARTTLS", verify.Failed, "refused")
		return j.plain(p.setting.before220, verify.STARTTLSNotSupported, verify.Refused)
	}
	if stop := s.Stop; stop != nil && stop.Stage == verify.StageSTARTTLS {
		return j.Lost(stop), nil
	}
	chain, why := refusedChain(s)
	if s.TLS == nil || chain != nil && p.holds(chain, true) {
		cause := verify.HandshakeFailed
		if s.Stop != nil && s.Stop.Stage == verify.StageHandshake {
			cause = s.Stop.Cause
		}
		if chain != nil {
			j.Note(chain, "certificates", verify.Failed, why)
			j.Decide(chain)
		}
		j.Note(p.setting.after220.rule, "handshake", verify.Failed, string(cause))
		return j.plain(p.setting.after220, verify.ValidationFailure, verify.Detail(cause))
	}
	if p.setting.identity == unchecked {
		return j.unverified(s, "", ""), nil
	}
	path := ev.Path(s, library)
	if reason, detail := j.Path(path, paths); reason != "" {
		j.notReached(path)
		return j.unverified(s, reason, detail), nil
	}
	matched, needs := j.identify(path)
	switch {
	case needs != nil:
		return j.Verdict, needs
	case !matched:
		return j.unverified(s, verify.CertificateHostMismatch, ""), nil
	}
	return j.Transaction(s, verify.Verified), nil
}

// maxChain is the longest Certificate message that OpenSSL takes.
const maxChain = 100 << 10

// refusedChain gives the rule by which a chain that arrived ends the handshake,
// and why; nil if none does.
func refusedChain(s *verify.Session) (*verify.Rule, string) {
	switch {
	case s.TLS == nil:
		return nil, ""
	case s.Stop != nil && s.Stop.Stage == verify.StageHandshake:
		// It is our own library that stopped.
		return ruleUnreadable, "one cannot be parsed"
	case s.TLS.ChainOctets() > maxChain:
		return ruleChainSize, "more than 102,400 octets"
	}
	return nil, ""
}

// plain says what a setting does when TLS did not come about: the mail goes in
// clear text, or the host is left.
func (j *judgement) plain(a action, reason verify.Reason, d verify.Detail) (verify.Verdict, []verify.Need) {
	send := a.send
	if a.rule == rulePreferredVerifyAfter {
		send = j.Option("after220") == "clear"
	}
	j.notReached(nil)
	if !j.Holds(a.rule, send) {
		j.Decide(a.rule)
		return j.Leave(common.Queue, reason, d), nil
	}
	if j.Diverts() {
		j.Decide(a.rule)
		return j.Divert(reason, d), nil
	}
	s, needs := j.clearSession()
	if needs != nil {
		return j.Verdict, needs
	}
	if stop := s.Stop; stop != nil && !stop.InTransaction() {
		return j.Lost(stop), nil
	}
	j.Decide(a.rule)
	j.Verdict.Reason, j.Verdict.Detail = reason, d
	return j.Transaction(s, verify.Cleartext), nil
}

// clearSession gives the session that went on in clear text: the one at hand
// if STARTTLS was not offered or was refused, else one over a new connection.
func (j *judgement) clearSession() (*verify.Session, []verify.Need) {
	s, needs := j.Evidence.Session(j.Hello())
	if needs == nil && (s.TLS != nil || s.Stop != nil && s.Stop.Stage == verify.StageHandshake) {
		return j.Evidence.Session(verify.Hello{})
	}
	return s, needs
}

// unverified says what a setting does with an encrypted session whose
// certificate does not hold, or was not looked at.
func (j *judgement) unverified(s *verify.Session, reason verify.Reason, d verify.Detail) verify.Verdict {
	a := j.setting.checked
	j.Decide(a.rule)
	if !j.Holds(a.rule, a.send) {
		return j.Leave(common.Queue, reason, d)
	}
	j.Verdict.Reason, j.Verdict.Detail = reason, d
	return j.Transaction(s, verify.Encrypted)
}
