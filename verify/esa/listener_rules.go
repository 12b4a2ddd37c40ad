package esa

import (
	"mxlab/verify"
	"mxlab/verify/judge"
)

// Documents that the rules of listeners cite.
const (
	guideHAT     = "AsyncOS 8.0.1 user guide, parameters of mail flow policies"
	guideStrings = "a published list of the appliance's SMTP replies; the user guides do not have it"
	guide100     = "AsyncOS 10.0 user guide, TLS settings for a listener"
)

// What a listener does with the senders that come.
var (
	ruleListenerOff = rule("listener/off", "TLS is not allowed: STARTTLS is not offered, and senders are taken in clear text",
		guide100, verify.Documented)
	ruleListenerPreferred = rule("listener/preferred", "TLS is allowed: a sender is taken over TLS or without it",
		guide100, verify.Documented)
	ruleListenerRequired = rule("listener/required", "before STARTTLS every command but NOOP, EHLO and QUIT is refused",
		guide100, verify.Documented)
	ruleListenerMandatory = rule("listener/mandatory", "an envelope sender of the address list is refused without TLS",
		guideHAT, verify.Documented)
	ruleListener530 = rule("listener/530", "who is to use TLS first is told so by 530",
		guideStrings+"; RFC 3207 section 4", verify.Recalled)
	ruleListenerHandshake = rule("listener/handshake", "TLS that does not come about behind the 220 ends the connection",
		"RFC 8446 section 6.2; the sender may come back without", verify.Documented)
	ruleListenerInvalid = rule("listener/invalid-certificate", "with Verify Client Certificate a certificate that is not valid is refused",
		guideHAT, verify.Documented)
	ruleListenerNoneRequired = rule("listener/no-certificate", "with Verify Client Certificate under Required a sender without a certificate is refused",
		guideHAT, verify.Documented)
	ruleListenerNonePreferred = rule("listener/no-certificate-preferred", "with Verify Client Certificate under Preferred a sender without a certificate gets no TLS",
		guideHAT+", which lets such a sender come without TLS; that TLS is refused is deduced", verify.Inferred)
	ruleListenerNoneTaken = rule("listener/no-certificate-taken", "with Verify Client Certificate under Preferred a sender without a certificate gets TLS",
		"the other reading of "+guideHAT, verify.Inferred)
	ruleListenerNoRevocation = rule("listener/no-revocation", "nobody is asked whether a client certificate is revoked",
		"practice of AsyncOS, whose CRL sources are off until they are set up", verify.Recalled)
	ruleListenerInHandshake = rule("listener/in-the-handshake", "a client certificate is refused in the handshake, not by a reply",
		guideHAT+" speaks of the connection; that it ends in the handshake is deduced", verify.Inferred)
)

// Which paths of client certificates hold.
var clientPaths = judge.PathRules{
	Trust: rule("listener/path/trust", "the chain of issuers must end in a trusted authority",
		guideHAT+", a valid certificate; what makes it valid is deduced", verify.Inferred),
	Dates: rule("listener/path/dates", "every certificate of the path must be within its dates",
		guideHAT+", a valid certificate; what makes it valid is deduced", verify.Inferred),
	Usage: rule("listener/path/usage", "the certificate must be fit for a TLS client",
		guideHAT+", a valid certificate; RFC 5280 section 4.2.1.12", verify.Inferred),
}

// listenerRules lists them in the order in which a sender meets them.
func listenerRules() []*verify.Rule {
	return []*verify.Rule{ruleListenerOff, ruleListenerPreferred, ruleListenerRequired, ruleListenerMandatory, ruleListener530,
		ruleListenerHandshake, ruleListenerNoneRequired, ruleListenerNonePreferred, ruleListenerNoneTaken,
		clientPaths.Trust, clientPaths.Dates, clientPaths.Usage, ruleListenerInvalid, ruleListenerNoRevocation, ruleListenerInHandshake}
}
