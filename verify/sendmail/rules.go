package sendmail

import (
	"slices"

	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/mta"
)

// Documents that the rules cite, and the product that they were seen in.
const (
	seen   = "seen in sendmail 8.17.1.9 (Debian 12)"
	access = "sendmail 8.17 cf/README, STARTTLS: access map"
	guide  = "Sendmail Installation and Operation Guide, 8.17"
)

func rule(id, text, source string, c verify.Certainty) *verify.Rule {
	return &verify.Rule{ID: "sendmail/" + id, Text: text, Source: source, Certainty: c}
}

func observed(id, text string) *verify.Rule { return rule(id, text, seen, verify.Observed) }

// What is not about TLS.
var common = judge.Rules{
	NXDomain:     observed("nxdomain", "a domain that does not exist bounces the message: host unknown"),
	DNSFailure:   observed("dns-failure", "a lookup that fails for now leaves the message in the queue"),
	NullMX:       observed("null-mx", "a domain with a null MX takes no mail: the message bounces"),
	NullMXBeside: observed("null-mx-beside-others", "a null MX beside other MX records is passed over"),
	NoAddress:    observed("no-address", "a host without an address is passed over; if no host has one the message bounces"),
	Unreachable:  observed("unreachable", "a host that cannot be reached, or is lost, is left for the next; then the message stays queued"),
	Greeting:     observed("greeting", "a host that greets with 4xx is left for the next; then the message stays queued"),
	Firm:         observed("greeting-permanent", "a host that greets with 5xx is left for the next; if it is the last the message bounces"),
	Permanent:    observed("smtp-permanent", "a 5xx to MAIL, RCPT, DATA or the final dot bounces the message at once"),
	Transient:    observed("smtp-transient", "a 4xx sends the sender to the next host; then the message stays queued"),
	BehindHandshake: observed("behind-handshake",
		"TLS that fails right behind the handshake leaves the host for the next"),
	Queue: observed("queue", "a host that fails the setting is left for the next; then the message stays queued"),
}

// How it goes through the hosts.
var (
	ruleSixFirst = observed("six-first", "of a host's addresses those of IPv6 are tried first")
	rulePerHost  = observed("host-once", "a host that takes the connection at one address is tried at no other")
	ruleLast     = observed("last-host-decides", "a 5xx greeting of the last host bounces the message, also where an earlier one failed for now only")
)

// What becomes of a message that stays queued.
var (
	ruleRetry = rule("retry", "the queue is run every ten minutes",
		"Debian's sendmail.conf: QUEUE_INTERVAL", verify.Documented)
	ruleGiveUp = rule("give-up", "a message bounces whose queue run fails when it is more than five days old",
		guide+": Timeout.queuereturn", verify.Documented)
)

// On the handshake.
var (
	ruleOwnLine = observed("starttls-own-line", "STARTTLS on the first line of the EHLO reply is not an offer")

	refusals = []mta.Refusal{
		{Rule: rule("unreadable-chain", "a certificate that cannot be parsed ends the handshake; OpenSSL reads some that others do not",
			"RFC 8446 section 6.2", verify.Inferred), Why: mta.Unreadable},
		{Rule: observed("chain-size", "a Certificate message of more than 102,400 octets ends the handshake"), Why: tooLong},
	}
)

// What the settings do.
var (
	ruleNotOffered = rule("opportunistic/not-offered", "STARTTLS is not offered: the mail goes in clear text",
		"sendmail 8.17 cf/README: STARTTLS is used whenever possible; "+seen, verify.Observed)
	ruleRefused   = observed("opportunistic/refused", "STARTTLS is answered with 4xx or 5xx: the mail goes in clear text on the same connection")
	ruleOdd       = observed("starttls-odd", "STARTTLS is answered with another code than 220, 4xx or 5xx: the host is left for the next")
	ruleFailed    = observed("opportunistic/failed", "TLS fails behind the 220: the host is left for the next, without clear text")
	ruleFallback  = rule("opportunistic/fallback", "with TLSFallbacktoClear the mail goes in clear text over a new connection to the same host", guide+": TLSFallbacktoClear; "+seen, verify.Observed)
	ruleUnchecked = observed("opportunistic/unchecked", "whatever the certificate, the mail goes encrypted: verify=OK or FAIL is written down")

	ruleEncr = rule("encr", "without TLS the host is left for the next: encryption too weak",
		access+", ENCR; "+seen, verify.Observed)
	ruleEncrUnchecked = rule("encr/unchecked", "whatever the certificate, the mail goes encrypted",
		access+", ENCR; "+seen, verify.Observed)
	ruleVerify = rule("verify", "without TLS the host is left for the next",
		access+", VERIFY; "+seen, verify.Observed)
	ruleVerifyBad = rule("verify/certificate", "a certificate that does not hold leaves the host for the next: authentication failed",
		access+", VERIFY; "+seen, verify.Observed)
	ruleVerifyValid = rule("verify/valid", "a valid chain is enough, whomever it names",
		access+", VERIFY; "+seen, verify.Observed)
	ruleVerifyCN = rule("verify-cn", "without TLS the host is left for the next",
		access+", VERIFY+CN; "+seen, verify.Observed)
	ruleVerifyCNBad = rule("verify-cn/certificate", "a certificate that does not hold, or names another, leaves the host for the next",
		access+", VERIFY+CN; "+seen, verify.Observed)
)

// Which paths hold.
var path = judge.PathRules{
	Trust: observed("path/trust", "the chain leads to a self-signed certificate among CACertFile and CACertPath, by what the host sent"),
	Dates: observed("path/dates", "every certificate is within its dates, the root too"),
	Usage: observed("path/usage", "the certificate is fit for a server in OpenSSL's eyes, and by Debian's security level 2 no key and no signature is weak"),
}

// Which name holds.
var ruleCN = rule("name/cn", "the first common name is the name of the MX host, without stars; alternative names do not count",
	access+", CN; "+seen, verify.Observed)

var portal = judge.Gateway(rule)

// rules lists every rule that a policy of this package may apply, in the order
// in which a delivery meets them.
func rules() []*verify.Rule {
	return slices.Concat(common.List(), portal.List(), []*verify.Rule{
		ruleSixFirst, rulePerHost, ruleLast, ruleRetry, ruleGiveUp,
		ruleOwnLine, ruleOdd, refusals[0].Rule, refusals[1].Rule, common.BehindHandshake, common.Queue,
		ruleNotOffered, ruleRefused, ruleFailed, ruleFallback, ruleUnchecked, ruleEncr, ruleEncrUnchecked,
		ruleVerify, ruleVerifyBad, ruleVerifyValid, ruleVerifyCN, ruleVerifyCNBad,
		path.Trust, path.Dates, path.Usage, ruleCN})
}
