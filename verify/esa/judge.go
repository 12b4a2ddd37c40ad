package esa

import (
	"mxlab/verify"
	"mxlab/verify/pkix"
)

// library says how AsyncOS, which uses OpenSSL, judges certificate paths. It
// checks no revocation by default.
var library = pkix.OpenSSL(1)

// A judgement is one host under one setting while it is being judged.
type judgement struct {
	Policy
	ev verify.Evidence
	v  verify.Verdict
}

// Judge follows a delivery to the host step by step, as the setting would, and
// stops where the setting would stop.
func (p Policy) Judge(ev verify.Evidence) (verify.Verdict, []verify.Need) {
	j := &judgement{Policy: p, ev: ev, v: verify.Verdict{Mode: p.mode, Host: ev.Hop.Host, Addr: ev.Hop.Addr,
		Checks: make([]verify.Check, 0, p.room), Decided: make([]*verify.Rule, 0, p.room)}}
	if ev.Hop.Fault != "" {
		return j.unroutable(), nil
	}
	s, needs := ev.Session(p.Hello())
	if needs != nil {
		return j.v, needs
	}
	if stop := s.Stop; stop != nil && !stop.TLS &&
		(stop.Stage == verify.StageConnect || stop.Stage == verify.StageGreeting || stop.Stage == verify.StageEHLO) {
		return j.lost(stop), nil
	}
	if p.setting.refuse != nil && p.holds(p.setting.refuse, true) {
		j.decide(p.setting.refuse)
		return j.transaction(s, verify.Cleartext), nil
	}
	if !j.check(ruleOwnLine, "STARTTLS", s.Offered, "not offered") {
		return j.plain(p.setting.before220, verify.STARTTLSNotSupported, verify.NotOffered)
	}
	if s.TLS == nil && s.STARTTLS.Code != 0 && s.STARTTLS.Code != 220 {
		j.note(p.setting.before220.rule, "answer to STARTTLS", verify.Failed, "refused")
		return j.plain(p.setting.before220, verify.STARTTLSNotSupported, verify.Refused)
	}
	if stop := s.Stop; stop != nil && stop.Stage == verify.StageSTARTTLS {
		return j.lost(stop), nil
	}
	chain, why := refusedChain(s)
	if s.TLS == nil || chain != nil && p.holds(chain, true) {
		cause := verify.HandshakeFailed
		if s.Stop != nil && s.Stop.Stage == verify.StageHandshake {
			cause = s.Stop.Cause
		}
		if chain != nil {
			j.note(chain, "certificates", verify.Failed, why)
			j.decide(chain)
		}
		j.note(p.setting.after220.rule, "handshake", verify.Failed, string(cause))
		return j.plain(p.setting.after220, verify.ValidationFailure, verify.Detail(cause))
	}
	if p.setting.identity == unchecked {
		return j.unverified(s, "", ""), nil
	}
	path := ev.Path(s, library)
	if reason, detail := j.path(path); reason != "" {
		j.notReached(path)
		return j.unverified(s, reason, detail), nil
	}
	matched, needs := j.identify(path)
	switch {
	case needs != nil:
		return j.v, needs
	case !matched:
		return j.unverified(s, verify.CertificateHostMismatch, ""), nil
	}
	return j.transaction(s, verify.Verified), nil
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

// decide names a rule on which the outcome rests.
func (j *judgement) decide(r *verify.Rule) { j.v.Decided = append(j.v.Decided, r) }

// note adds a check that is not a comparison of names.
func (j *judgement) note(r *verify.Rule, subject string, result verify.Result, why string) {
	j.v.Checks = append(j.v.Checks, verify.Check{Rule: r, Subject: subject, Result: result, Why: why})
}

// check applies a rule that can fail, and decides if it does.
func (j *judgement) check(r *verify.Rule, subject string, found bool, why string) bool {
	if j.holds(r, found) {
		j.note(r, subject, verify.Passed, "")
		return true
	}
	j.note(r, subject, verify.Failed, why)
	j.decide(r)
	return false
}

// done ends the judgement; the certainty is that of the weakest rule.
func (j *judgement) done(o verify.Outcome, r verify.Reason, d verify.Detail, next bool) verify.Verdict {
	j.v.Outcome, j.v.Reason, j.v.Detail, j.v.TryNext = o, r, d, next
	j.v.Certainty = verify.Observed
	for _, rule := range j.v.Decided {
		j.v.Certainty = min(j.v.Certainty, rule.Certainty)
	}
	return j.v
}

// leave ends the attempt on this host: the next one is tried, then the message
// stays queued.
func (j *judgement) leave(r *verify.Rule, reason verify.Reason, d verify.Detail) verify.Verdict {
	j.decide(r)
	if !j.holds(r, true) {
		return j.done(verify.Bounced, reason, d, false)
	}
	return j.done(verify.Deferred, reason, d, true)
}

// unroutable says what becomes of a message for which there is no address.
func (j *judgement) unroutable() verify.Verdict {
	fault := j.ev.Hop.Fault
	r, reason := ruleNXDomain, verify.DNSNXDomain
	switch fault {
	case verify.HopNullMX:
		if j.ev.Hop.Host != "" {
			j.note(ruleNullMXBeside, "address", verify.Failed, string(fault))
			j.decide(ruleNullMXBeside)
			// Turned round, the domain takes no mail, whatever else it says.
			return j.done(verify.Bounced, verify.NullMX, "", j.holds(ruleNullMXBeside, true))
		}
		r, reason = ruleNullMX, verify.NullMX
	case verify.HopNoAddress:
		r = ruleNoAddress
	case verify.HopLookup:
		j.note(ruleDNSFailure, "address", verify.Failed, string(fault))
		return j.leave(ruleDNSFailure, verify.DNSFailure, "")
	}
	j.note(r, "address", verify.Failed, string(fault))
	j.decide(r)
	if !j.holds(r, true) {
		return j.done(verify.Deferred, reason, "", true)
	}
	// Another MX host may have an address; a domain without any has no other.
	return j.done(verify.Bounced, reason, "", j.ev.Hop.Host != "")
}

// lost says what becomes of a session that ended before TLS was settled.
func (j *judgement) lost(stop *verify.Stop) verify.Verdict {
	if stop.InTLS() && j.holds(ruleBehindHandshake, true) {
		j.note(ruleBehindHandshake, string(stop.Stage), verify.Failed, string(stop.Cause))
		return j.leave(ruleBehindHandshake, verify.ValidationFailure, verify.Detail(stop.Cause))
	}
	if stop.Cause != verify.ReplyRefused {
		j.note(ruleUnreachable, string(stop.Stage), verify.Failed, string(stop.Cause))
		return j.leave(ruleUnreachable, verify.Unreachable, "")
	}
	if stop.Stage == verify.StageGreeting {
		j.note(ruleGreeting, string(stop.Stage), verify.Failed, "refused")
		return j.leave(ruleGreeting, verify.GreetingRefused, "")
	}
	j.note(ruleTransient, string(stop.Stage), verify.Failed, "refused")
	return j.leave(ruleTransient, verify.SMTPRefused, "")
}

// plain says what a setting does when TLS did not come about: the mail goes in
// clear text, or the host is left.
func (j *judgement) plain(a action, reason verify.Reason, d verify.Detail) (verify.Verdict, []verify.Need) {
	send := a.send
	if a.rule == rulePreferredVerifyAfter {
		send = j.Option("after220") == "clear"
	}
	j.notReached(nil)
	if !j.holds(a.rule, send) {
		j.decide(a.rule)
		return j.leave(ruleQueue, reason, d), nil
	}
	s, needs := j.clearSession()
	if needs != nil {
		return j.v, needs
	}
	if stop := s.Stop; stop != nil && stop.Stage != verify.StageMail && stop.Stage != verify.StageRcpt {
		return j.lost(stop), nil
	}
	j.decide(a.rule)
	j.v.Reason, j.v.Detail = reason, d
	return j.transaction(s, verify.Cleartext), nil
}

// clearSession gives the session that went on in clear text: the one at hand
// if STARTTLS was not offered or was refused, else one over a new connection.
func (j *judgement) clearSession() (*verify.Session, []verify.Need) {
	s, needs := j.ev.Session(j.Hello())
	if needs == nil && (s.TLS != nil || s.Stop != nil && s.Stop.Stage == verify.StageHandshake) {
		return j.ev.Session(verify.Hello{})
	}
	return s, needs
}

// unverified says what a setting does with an encrypted session whose
// certificate does not hold, or was not looked at.
func (j *judgement) unverified(s *verify.Session, reason verify.Reason, d verify.Detail) verify.Verdict {
	a := j.setting.checked
	j.decide(a.rule)
	if !j.holds(a.rule, a.send) {
		return j.leave(ruleQueue, reason, d)
	}
	j.v.Reason, j.v.Detail = reason, d
	return j.transaction(s, verify.Encrypted)
}

// transaction ends with what the host said to MAIL and RCPT.
func (j *judgement) transaction(s *verify.Session, o verify.Outcome) verify.Verdict {
	stop := s.Stop
	if stop == nil {
		if o == verify.Verified {
			return j.done(o, "", "", false)
		}
		return j.done(o, j.v.Reason, j.v.Detail, false)
	}
	j.v.Match = ""
	subject := string(stop.Stage)
	switch {
	case stop.Cause != verify.ReplyRefused:
		return j.lost(stop)
	case stop.Stage == verify.StageEHLO || stop.Reply.Transient():
		j.note(ruleTransient, subject, verify.Failed, "refused")
		return j.leave(ruleTransient, verify.SMTPRefused, "")
	}
	j.note(rulePermanent, subject, verify.Failed, "refused")
	j.decide(rulePermanent)
	if !j.holds(rulePermanent, true) {
		return j.done(verify.Deferred, verify.SMTPRefused, "", true)
	}
	return j.done(verify.Bounced, verify.SMTPRefused, "", false)
}

// path checks the certificate path: trust, dates, usage, each its own rule. It
// returns the reason if one fails; the first that does decides.
func (j *judgement) path(p *pkix.Path) (reason verify.Reason, detail verify.Detail) {
	for _, part := range [...]struct {
		rule     *verify.Rule
		subject  string
		class    verify.PathClass
		inverted verify.Reason
	}{
		{rulePathTrust, "path: trust", verify.PathTrust, verify.CertificateNotTrusted},
		{rulePathDates, "path: dates", verify.PathDates, verify.CertificateExpired},
		{rulePathUsage, "path: usage", verify.PathUsage, verify.ValidationFailure},
	} {
		faults := verify.PathFaults(p, part.class)
		if j.holds(part.rule, faults == "") {
			j.note(part.rule, part.subject, verify.Passed, "")
			continue
		}
		j.note(part.rule, part.subject, verify.Failed, faults)
		if reason != "" {
			continue
		}
		j.decide(part.rule)
		if reason = part.inverted; faults != "" {
			reason, detail = verify.PathReason(p)
		}
	}
	return reason, detail
}
