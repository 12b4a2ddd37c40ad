package judge

import "mxlab/verify"

// A Portal says by which rules a mode uses its sender's secure portal: a web
// site, or an encrypted attachment, that takes the place of SMTP where TLS cannot
// be had. The zero Portal is never used.
type Portal struct {
	Clear *verify.Rule // what would go in clear text goes there
	Kept  *verify.Rule // says what becomes of a message that TLS kept from every host
	Takes bool         // by Kept it goes there; else it stays queued
}

// Gateway gives the rules of a sender that says nothing of portals, with a
// gateway behind it that has one. rule makes a rule of the product.
func Gateway(rule func(id, text, source string, c verify.Certainty) *verify.Rule) Portal {
	const source = "no document of the product; what gateways with a portal promise"
	return Portal{
		Clear: rule("portal/instead-of-clear-text", "what would go in clear text goes to the portal of the gateway instead", source, verify.Inferred),
		Kept:  rule("portal/when-tls-fails", "what no host takes, because TLS failed, goes to the portal of the gateway when all were tried", source, verify.Inferred),
		Takes: true,
	}
}

// List gives the rules, in the order in which a delivery meets them.
func (p Portal) List() []*verify.Rule { return []*verify.Rule{p.Clear, p.Kept} }

// Diverts reports whether what would go in clear text goes to the portal. Then
// nothing has to be found out about a session in clear text.
func (h *Host) Diverts() bool {
	return h.Evidence.Portal && h.Portal.Clear != nil && h.Holds(h.Portal.Clear, true)
}

// Divert hands the message to the portal instead of sending it in clear text.
func (h *Host) Divert(reason verify.Reason, d verify.Detail) verify.Verdict {
	h.Decide(h.Portal.Clear)
	return h.Done(verify.Diverted, reason, d, false)
}

// left notes what the portal does with a message that this host did not get,
// should no other take it. [verify.Settle] does it.
func (h *Host) left(reason verify.Reason) {
	r := h.Portal.Kept
	if !h.Evidence.Portal || r == nil || !reason.TLS() {
		return
	}
	h.Verdict.Portal, h.Verdict.Diverts = r, h.Holds(r, h.Portal.Takes)
	if h.Verdict.Diverts {
		h.Note(r, "portal", verify.Passed, "takes what no host does")
	} else {
		h.Note(r, "portal", verify.Skipped, "this setting keeps the message")
	}
}
