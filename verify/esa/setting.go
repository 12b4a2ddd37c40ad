package esa

import (
	"mxlab/verify"
	"mxlab/verify/judge"
)

// A Setting is one of the TLS settings of Destination Controls.
type Setting struct {
	Number int // in destconfig's menu; the alias of the setting

	name, menu, summary string

	refuse    *verify.Rule // the rule by which TLS is not used at all
	before220 action       // STARTTLS is not offered, or refused
	after220  action       // TLS fails after the 220
	identity  algorithm    // how the certificate is checked; none for most
	checked   action       // the certificate does not hold; or it is not checked, where identity is none
	portal    judge.Portal // where a content filter encrypts what cannot be sent over TLS
}

// An action is what a setting does, and the rule that says so. Send tells
// whether the message goes to this host all the same.
type action struct {
	rule *verify.Rule
	send bool
}

// An algorithm says by which names a host is known.
type algorithm int

const (
	unchecked algorithm = iota
	verifyDomains
	verifyHosted
)

// settings gives the six settings in the menu's order.
func settings() []Setting {
	return []Setting{
		{Number: 1, name: "no", menu: "No",
			summary: "never TLS",
			refuse:  ruleNo, before220: action{ruleNo, true}, after220: action{ruleNo, true}, checked: action{ruleNo, true}, portal: portalNo},
		{Number: 2, name: "preferred", menu: "Preferred",
			summary:   "TLS if the host offers it, else clear text; no clear text once the host has said 220; the certificate is not looked at",
			before220: action{rulePreferredBefore, true}, after220: action{rulePreferredAfter, false}, checked: action{rulePreferredTLS, true}, portal: portalPreferred},
		{Number: 3, name: "required", menu: "Required",
			summary:   "TLS or nothing; the certificate is not looked at",
			before220: action{ruleRequired, false}, after220: action{ruleRequired, false}, checked: action{ruleRequiredTLS, true}, portal: portalRequired},
		{Number: 4, name: "preferred-verify", menu: "Preferred - Verify",
			summary:   "as preferred, and the certificate is verified (dNSName or CN against the recipient's domain, CN against the PTR name); if it does not hold the mail goes encrypted all the same",
			before220: action{rulePreferredVerifyBefore, true}, after220: action{rulePreferredVerifyAfter, false},
			identity: verifyDomains, checked: action{rulePreferredVerifyBad, true}, portal: portalPreferred},
		{Number: 5, name: "required-verify", menu: "Required - Verify",
			summary:   "TLS and a verified certificate, or nothing: dNSName or CN against the recipient's domain, CN against the forward-confirmed PTR name",
			before220: action{ruleRequiredVerify, false}, after220: action{ruleRequiredVerify, false},
			identity: verifyDomains, checked: action{ruleRequiredVerifyBad, false}, portal: portalRequired},
		{Number: 6, name: "required-verify-hosted-domains", menu: "Required - Verify Hosted Domains",
			summary:   "TLS and a verified certificate, or nothing: dNSName, or CN where there is none, against the recipient's domain, then the SMTP route's name, or the MX names",
			before220: action{ruleHosted, false}, after220: action{ruleHosted, false},
			identity: verifyHosted, checked: action{ruleHostedBad, false}, portal: portalRequired},
	}
}

// outcomes gives what the setting can come to besides deferred and bounced.
func (s Setting) outcomes() (all []verify.Outcome) {
	if s.identity != unchecked {
		all = append(all, verify.Verified)
	}
	if s.refuse == nil && s.checked.send {
		all = append(all, verify.Encrypted)
	}
	if s.before220.send {
		all = append(all, verify.Cleartext, verify.Diverted)
	}
	return all
}

// matches gives the kinds of names that the setting compares.
func (s Setting) matches() []verify.Kind {
	switch s.identity {
	case verifyDomains:
		return []verify.Kind{verify.RefDomain, verify.RefPTR}
	case verifyHosted:
		return []verify.Kind{verify.RefDomain, verify.RefRoute, verify.RefMX}
	}
	return nil
}
