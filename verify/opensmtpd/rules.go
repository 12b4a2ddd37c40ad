package opensmtpd

import (
	"slices"

	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/mta"
)

// Documents that the rules cite, and the product that they were seen in.
const (
	seen = "seen in OpenSMTPD 6.8.0p2 (Debian 12)"
	conf = "smtpd.conf(5)"
)

func rule(id, text, source string, c verify.Certainty) *verify.Rule {
	return &verify.Rule{ID: "opensmtpd/" + id, Text: text, Source: source, Certainty: c}
}

func observed(id, text string) *verify.Rule { return rule(id, text, seen, verify.Observed) }

// What is not about TLS.
var common = judge.Rules{
	NXDomain:     observed("nxdomain", "a domain that does not exist bounces the message"),
	MXRefused:    observed("mx-refused", "a response code to the MX lookup that is neither SERVFAIL nor NXDOMAIN makes the domain an invalid one: the message bounces"),
	DNSFailure:   observed("dns-failure", "a lookup that fails for now leaves the message in the queue"),
	NullMX:       observed("null-mx", "a null MX is a host without an address: the message stays queued"),
	NullMXBeside: observed("null-mx-beside-others", "a null MX beside other MX records is passed over"),
	NoAddress:    observed("no-address", "a host without an address is passed over; if no host has one the message stays queued"),
	Unreachable:  observed("unreachable", "a host that cannot be reached, or is lost before MAIL, is left for the next; then the message stays queued"),
	Greeting:     observed("greeting", "a host that greets with 4xx or 5xx is left for the next; then the message stays queued"),
	Permanent:    observed("smtp-permanent", "a 5xx to MAIL, RCPT, DATA or the final dot bounces the message at once"),
	Transient:    observed("smtp-transient", "a 4xx leaves the message in the queue"),
	Stays:        observed("one-host-refuses", "once MAIL was said no other host is tried in this queue run, whether the host refuses the message for now or is lost"),
	BehindHandshake: observed("behind-handshake",
		"TLS that fails right behind the handshake leaves the host for the next, without clear text"),
	Queue:   observed("queue", "a host that fails the setting is left for the next; then the message stays queued"),
	Patient: judge.Patient{NullMX: true, NoAddress: true},
}

// How it goes through the hosts.
var (
	ruleSixFirst = observed("six-first", "of a host's addresses those of IPv6 are tried first")
	ruleOnce     = observed("address-once", "an address to which several MX names lead is tried for the first of them only: it is set aside for 15 seconds")
)

// What becomes of a message that stays queued.
var (
	ruleRetry        = observed("retry", "a message that stays queued is tried again when it is 400 seconds old")
	ruleRetryGrowing = observed("retry-growing",
		"the n-th retry comes when the message is 400 seconds times the square of n old")
	ruleGiveUp = rule("give-up", "a message that stays queued for four days bounces",
		conf+": queue ttl", verify.Documented)
)

// On the handshake.
var (
	ruleOwnLine = observed("starttls-own-line", "STARTTLS on the first line of the EHLO reply is not an offer")
	ruleExact   = observed("starttls-exact", "STARTTLS counts only in capitals and with nothing behind it")
	ruleBehind  = observed("text-behind-220", "octets in clear text behind the 220 are too much data, and its process then ends: the message stays queued")

	ruleHELO = observed("helo-inside", "where TLS is demanded a host that refuses EHLO inside TLS is left for the next; else HELO will do")

	ruleMute = observed("client-certificate", "with a pki, the handshake with a host that asks for a certificate fails: what signs for it knows nothing of OpenSSL 3")

	refusals = []mta.Refusal{
		{Rule: rule("unreadable-chain", "a certificate that cannot be parsed ends the handshake; OpenSSL reads some that others do not",
			"RFC 8446 section 6.2", verify.Inferred), Why: mta.Unreadable},
		{Rule: observed("chain-size", "a Certificate message of more than 102,400 octets ends the handshake"), Why: tooLong},
	}
	ruleChainLength = rule("path/certificates", "a chain of more than 15 certificates does not hold",
		"OpenSMTPD 6.8.0p2, cert.c: MAX_CERTS; "+seen, verify.Observed)
	ruleCertificateSize = rule("path/certificate-size", "nor does one with a certificate of more than 16,360 octets",
		"OpenSMTPD 6.8.0p2, cert.c: MAX_CERT_LEN; "+seen, verify.Observed)
	unfit = []mta.Refusal{{Rule: ruleChainLength, Why: tooMany}, {Rule: ruleCertificateSize, Why: tooLarge}}
)

// What the settings do.
var (
	ruleRelayOffered = rule("relay/not-offered", "STARTTLS is not offered: the mail goes in clear text",
		conf+": smtp, opportunistic STARTTLS; "+seen, verify.Observed)
	ruleRelayRefused = observed("relay/refused", "STARTTLS is answered with 4xx or 5xx: the mail goes in clear text on the same connection")
	ruleRelayFailed  = observed("relay/failed", "TLS fails behind the 220: the mail goes in clear text over a new connection to the same host")
	ruleRelaySilent  = observed("relay/silent", "a host that falls silent in the handshake is left for the next, without clear text")
	ruleRelayBad     = observed("relay/certificate", "a certificate that does not hold is written down, and the mail goes encrypted all the same")
	ruleTLS          = rule("relay-tls", "without TLS the host is left for the next",
		conf+": tls; "+seen, verify.Observed)
	ruleTLSBad = rule("relay-tls/certificate", "a certificate that does not hold leaves the host for the next",
		conf+": tls; "+seen, verify.Observed)
	ruleNoVerify = rule("relay-tls-no-verify", "without TLS the host is left for the next",
		conf+": tls no-verify; "+seen, verify.Observed)
	ruleNoVerifyBad = rule("relay-tls-no-verify/certificate", "a certificate that does not hold is written down, and the mail goes encrypted all the same",
		conf+": tls no-verify; "+seen, verify.Observed)
)

// Which paths hold.
var path = judge.PathRules{
	Trust: observed("path/trust", "the chain leads to a self-signed certificate of the system's bundle, by what the host sent; MD5, SHA-1 and short keys are no fault"),
	Dates: observed("path/dates", "every certificate is within its dates, the root too"),
	Usage: observed("path/usage", "no certificate has a critical extension that OpenSSL does not know; what it is for does not matter"),
}

// Which names hold.
var (
	ruleSAN        = observed("name/san", "a dNSName that is the name of the MX host verifies it; a star stands for a whole left-most label, with two labels or more behind it")
	ruleSANAddress = observed("name/san-address", "where the relay host is an address, an IP address in the certificate that is the same verifies it, and no dNSName does")
	ruleCN         = observed("name/cn", "as does the common name, where there is neither a dNSName nor an IP address")
	ruleSANOnly    = observed("name/san-only", "beside a dNSName or an IP address the common name does not count")
)

var portal = judge.Gateway(rule)

// rules lists every rule that a policy of this package may apply, in the order
// in which a delivery meets them.
func rules() []*verify.Rule {
	return slices.Concat(common.List(), portal.List(), []*verify.Rule{
		ruleSixFirst, ruleOnce, ruleRetry, ruleRetryGrowing, ruleGiveUp,
		ruleOwnLine, ruleExact, ruleBehind, ruleHELO, ruleMute, refusals[0].Rule, refusals[1].Rule, common.BehindHandshake, common.Queue,
		ruleRelayOffered, ruleRelayRefused, ruleRelayFailed, ruleRelaySilent, ruleRelayBad,
		ruleTLS, ruleTLSBad, ruleNoVerify, ruleNoVerifyBad,
		ruleChainLength, ruleCertificateSize, path.Trust, path.Dates, path.Usage, ruleSAN, ruleSANAddress, ruleSANOnly, ruleCN})
}
