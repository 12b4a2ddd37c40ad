package judge

import "mxlab/verify"

// Unroutable says what becomes of a message for which there is no address: the
// hop has a Fault.
func (h *Host) Unroutable() verify.Verdict {
	fault := h.Evidence.Hop.Fault
	r, reason, stays := h.Rules.NXDomain, verify.DNSNXDomain, false
	switch fault {
	case verify.HopNullMX:
		if h.Evidence.Hop.Host != "" {
			h.Note(h.Rules.NullMXBeside, "address", verify.Failed, string(fault))
			h.Decide(h.Rules.NullMXBeside)
			// Passed over, or the domain takes no mail, whatever else it says.
			return h.Done(verify.Bounced, verify.NullMX, "", h.Holds(h.Rules.NullMXBeside, !h.Rules.NullMXCounts))
		}
		r, reason, stays = h.Rules.NullMX, verify.NullMX, h.Rules.Patient.NullMX
	case verify.HopNXDomain:
		if h.Rules.Patient.NoAddress && h.Evidence.Hop.Host != "" {
			r, stays = h.Rules.NoAddress, true
		}
	case verify.HopNoAddress:
		r, stays = h.Rules.NoAddress, h.Rules.Patient.NoAddress
	case verify.HopLookup:
		if h.Rules.MXRefused != nil && h.mxRefused() {
			h.Note(h.Rules.MXRefused, "MX", verify.Failed, string(fault))
			h.Decide(h.Rules.MXRefused)
			if h.Holds(h.Rules.MXRefused, true) {
				return h.Done(verify.Bounced, verify.DNSFailure, "", false)
			}
			return h.Done(verify.Deferred, verify.DNSFailure, "", true)
		}
		h.Note(h.Rules.DNSFailure, "address", verify.Failed, string(fault))
		return h.Leave(h.Rules.DNSFailure, verify.DNSFailure, "")
	}
	h.Note(r, "address", verify.Failed, string(fault))
	h.Decide(r)
	if h.Holds(r, true) == stays {
		return h.Done(verify.Deferred, reason, "", true)
	}
	// Another MX host may have an address; a domain without any has no other.
	return h.Done(verify.Bounced, reason, "", h.Evidence.Hop.Host != "")
}

// mxRefused reports whether the MX lookup was answered by a response code that is
// neither SERVFAIL nor NXDOMAIN.
func (h *Host) mxRefused() bool {
	if h.Evidence.Hop.Host != "" || len(h.Evidence.Routes) > 0 {
		return false
	}
	switch a, _ := h.Evidence.Ask(h.Evidence.Domain, "MX"); a.Status {
	case verify.ServFail, verify.TimeOut, verify.Malformed, verify.Referral:
		return false
	}
	return true
}

// BeforeTLS reports whether a session ended before TLS could be asked for.
func BeforeTLS(stop *verify.Stop) bool {
	return stop != nil && !stop.TLS &&
		(stop.Stage == verify.StageConnect || stop.Stage == verify.StageGreeting || stop.Stage == verify.StageEHLO)
}

// Lost says what becomes of a session that ended before TLS was settled, or
// that was lost.
func (h *Host) Lost(stop *verify.Stop) verify.Verdict {
	if stop.InTLS() && h.Holds(h.Rules.BehindHandshake, true) {
		h.Note(h.Rules.BehindHandshake, string(stop.Stage), verify.Failed, string(stop.Cause))
		return h.Leave(h.Rules.BehindHandshake, verify.ValidationFailure, verify.Detail(stop.Cause))
	}
	if stop.Cause != verify.ReplyRefused {
		h.Note(h.Rules.Unreachable, string(stop.Stage), verify.Failed, string(stop.Cause))
		return h.Leave(h.Rules.Unreachable, verify.Unreachable, "")
	}
	if stop.Stage == verify.StageGreeting {
		if r := h.Rules.Firm; r != nil && !stop.Reply.Transient() {
			h.Note(r, string(stop.Stage), verify.Failed, "refused")
			h.Decide(r)
			if h.Holds(r, true) {
				return h.Done(verify.Bounced, verify.GreetingRefused, "", true)
			}
			return h.Done(verify.Deferred, verify.GreetingRefused, "", true)
		}
		h.Note(h.Rules.Greeting, string(stop.Stage), verify.Failed, "refused")
		return h.Leave(h.Rules.Greeting, verify.GreetingRefused, "")
	}
	h.Note(h.Rules.Transient, string(stop.Stage), verify.Failed, "refused")
	return h.Leave(h.Rules.Transient, verify.SMTPRefused, "")
}

// Transaction ends with what the host said to the envelope and the message. The
// reason and detail that stand in the verdict are kept where the message is
// sent, but not verified. What would go in clear text is not offered to the host
// if it goes to the portal.
func (h *Host) Transaction(s *verify.Session, o verify.Outcome) verify.Verdict {
	if o == verify.Cleartext && h.Diverts() {
		return h.Divert(h.Verdict.Reason, h.Verdict.Detail)
	}
	stop := s.Stop
	h.Verdict.Asked = stop == nil || stop.InTransaction()
	if stop == nil {
		if o == verify.Verified {
			return h.Done(o, "", "", false)
		}
		return h.Done(o, h.Verdict.Reason, h.Verdict.Detail, false)
	}
	h.Verdict.Match = ""
	h.stays = stop.InTransaction() && h.Rules.Stays != nil && h.Holds(h.Rules.Stays, true)
	subject := string(stop.Stage)
	switch {
	case stop.Cause != verify.ReplyRefused:
		return h.Lost(stop)
	case stop.Stage == verify.StageEHLO || stop.Reply.Transient():
		h.Note(h.Rules.Transient, subject, verify.Failed, "refused")
		return h.Leave(h.Rules.Transient, verify.SMTPRefused, "")
	}
	h.Note(h.Rules.Permanent, subject, verify.Failed, "refused")
	h.Decide(h.Rules.Permanent)
	if !h.Holds(h.Rules.Permanent, true) {
		return h.Done(verify.Deferred, verify.SMTPRefused, "", true)
	}
	return h.Done(verify.Bounced, verify.SMTPRefused, "", false)
}
