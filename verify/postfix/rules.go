package postfix

import (
	"slices"

	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/mta"
)

// Documents that the rules cite, and the product that they were seen in.
const (
	seen     = "seen in Postfix 3.7.11 (Debian 12)"
	readme   = "Postfix TLS_README"
	postconf = "postconf(5)"
)

func rule(id, text, source string, c verify.Certainty) *verify.Rule {
	return &verify.Rule{ID: "postfix/" + id, Text: text, Source: source, Certainty: c}
}

// observed is a rule of a document that was seen to hold, or that was only seen.
func observed(id, text string, document ...string) *verify.Rule {
	source := seen
	if len(document) > 0 {
		source = document[0] + "; " + seen
	}
	return rule(id, text, source, verify.Observed)
}

// What is not about TLS.
var common = judge.Rules{
	NXDomain:   observed("nxdomain", "a domain that does not exist bounces the message"),
	DNSFailure: observed("dns-failure", "a lookup that fails for now leaves the message in the queue"),
	NullMX:     observed("null-mx", "a domain with a null MX takes no mail: the message bounces"),
	NullMXBeside: observed("null-mx-beside-others",
		"a null MX of preference 0 counts also beside other MX records: the message bounces"),
	NoAddress: observed("no-address", "a host without an address is passed over; if no host has one the message bounces",
		postconf+": smtp_defer_if_no_mx_address_found"),
	Unreachable: observed("unreachable", "a host that cannot be reached, or is lost, is left for the next; then the message stays queued"),
	Greeting: observed("greeting", "a host that greets with 4xx or 5xx is left for the next; then the message stays queued",
		postconf+": smtp_skip_5xx_greeting"),
	Permanent: observed("smtp-permanent", "a 5xx to MAIL, RCPT, DATA or the final dot bounces the message at once"),
	Transient: observed("smtp-transient", "a 4xx sends the client to the next host; then the message stays queued"),
	BehindHandshake: observed("behind-handshake",
		"TLS that fails right behind the handshake leaves the host for the next, without clear text"),
	Queue: observed("queue", "a host that fails the level is left for the next; then the message stays queued"),

	NullMXCounts: true,
}

// How it goes through the hosts.
var (
	ruleAddresses = observed("five-addresses", "five addresses are tried in a queue run, and no more",
		postconf+": smtp_mx_address_limit")
	ruleSessions = rule("two-sessions", "two hosts are asked in a queue run to take the message, and no more; those that are left before MAIL do not count",
		postconf+": smtp_mx_session_limit; "+seen, verify.Observed)
)

// What becomes of a message that stays queued.
var (
	ruleRetry = rule("retry", "a message that stays queued is tried again after 300 seconds; that queue runs begin every 300 seconds only is left out",
		postconf+": minimal_backoff_time, queue_run_delay", verify.Documented)
	ruleRetryGrowing = rule("retry-growing", "then it waits each time as long as it is old, up to 4,000 seconds",
		postconf+": maximal_backoff_time; Postfix QSHAPE_README", verify.Documented)
	ruleGiveUp = rule("give-up", "a message that a queue run leaves queued when it is five days old bounces",
		postconf+": maximal_queue_lifetime", verify.Documented)
)

// On the handshake.
var (
	ruleOwnLine = observed("starttls-own-line", "STARTTLS on the first line of the EHLO reply is not an offer; case, and what stands behind it, do not matter")
	refusals    = []mta.Refusal{
		{Rule: rule("unreadable-chain", "a certificate that cannot be parsed ends the handshake; OpenSSL reads some that others do not",
			"RFC 8446 section 6.2", verify.Inferred), Why: mta.Unreadable},
		{Rule: observed("chain-size", "a Certificate message of more than 102,400 octets ends the handshake"), Why: tooLong},
	}
)

var ruleSignature = observed("old-signature",
	"TLS 1.0 and 1.1, whose key exchange is signed with SHA-1, fail in the handshake where certificates are verified; elsewhere they will do")

// What the levels do.
var (
	ruleNone       = observed("none", "TLS is not used", readme)
	ruleMayOffered = observed("may/not-offered", "STARTTLS is not offered: the mail goes in clear text", readme)
	ruleMayRefused = observed("may/refused", "STARTTLS is answered with 4xx or 5xx: the mail goes in clear text on the same connection", readme)
	ruleMayFailed  = observed("may/failed", "TLS fails behind the 220, and the message is younger than 300 seconds: the host is left for the next, without clear text",
		"Postfix 3.7, smtp.h: PREACTIVE_DELAY")
	ruleMayLate = rule("may/failed-late", "TLS fails behind the 220, and the message is 300 seconds old: it goes in clear text over a new connection to the same host",
		readme+" says that it is retried in clear text; Postfix, smtp.h: that it must be as old as minimal_backoff_time", verify.Documented)
	ruleMayTLS       = observed("may/unchecked", "nothing hangs on the certificate: the mail goes encrypted", readme)
	ruleEncrypt      = observed("encrypt", "without TLS the host is left for the next", readme)
	ruleEncryptTLS   = observed("encrypt/unchecked", "nothing hangs on the certificate: the mail goes encrypted", readme)
	ruleFingerprint  = observed("fingerprint", "without TLS the host is left for the next", readme)
	ruleFingerprints = observed("fingerprint/unknown", "a certificate that is not listed leaves the host for the next; without a list no host will do", readme)
	ruleKnown        = rule("fingerprint/certificate", "a certificate whose digest is listed verifies the host: no authority, date or name matters", readme, verify.Documented)
	ruleKnownKey     = rule("fingerprint/key", "a certificate whose public key's digest is listed verifies the host: also a renewed one with the old key", readme, verify.Documented)
	ruleVerify       = observed("verify", "without TLS the host is left for the next", readme)
	ruleVerifyBad    = observed("verify/unverified", "a certificate that does not hold leaves the host for the next", readme)
	ruleSecure       = observed("secure", "without TLS the host is left for the next", readme)
	ruleSecureBad    = observed("secure/unverified", "a certificate that does not hold leaves the host for the next", readme)
	ruleHostname     = observed("name/hostname", "a dNSName that is the name of the MX host verifies it", postconf+": smtp_tls_verify_cert_match")
	ruleHostnameCN   = observed("name/hostname-cn", "as does any of the common names, where there is no dNSName", readme)
	ruleNextHop      = observed("name/nexthop", "a dNSName that is the next hop, the recipient's domain or that of the transport, verifies the host", postconf+": smtp_tls_secure_cert_match")
	ruleNextHopCN    = observed("name/nexthop-cn", "as does any of the common names, where there is no dNSName", readme)
	ruleDotNextHop   = observed("name/dot-nexthop", "a dNSName below the next hop verifies the host, however many labels it has", postconf+": smtp_tls_secure_cert_match")
	ruleDotNextHopCN = rule("name/dot-nexthop-cn", "as does any of the common names, where there is no dNSName", readme, verify.Documented)
	ruleSANOnly      = observed("name/san-only", "beside a dNSName common names do not count", readme)
)

// Which paths hold.
var path = judge.PathRules{
	Trust: observed("path/trust", "the chain must end in a trusted root", readme),
	Dates: observed("path/dates", "every certificate of the chain is within its dates, the root too", readme),
	Usage: observed("path/usage", "the certificate is fit for a TLS server, and no signature but the root's is MD5 or SHA-1; 1,024 bits will do for RSA"),
}

var portal = judge.Gateway(rule)

// rules lists every rule that a policy of this package may apply, in the order
// in which a delivery meets them.
func rules() []*verify.Rule {
	return slices.Concat(common.List(), portal.List(), []*verify.Rule{
		ruleAddresses, ruleSessions, ruleRetry, ruleRetryGrowing, ruleGiveUp,
		ruleOwnLine, refusals[0].Rule, refusals[1].Rule, ruleSignature, common.BehindHandshake, common.Queue,
		ruleNone, ruleMayOffered, ruleMayRefused, ruleMayFailed, ruleMayLate, ruleMayTLS, ruleEncrypt, ruleEncryptTLS,
		ruleFingerprint, ruleKnown, ruleKnownKey, ruleFingerprints, ruleVerify, ruleVerifyBad, ruleSecure, ruleSecureBad,
		path.Trust, path.Dates, path.Usage,
		ruleHostname, ruleNextHop, ruleDotNextHop, ruleSANOnly, ruleHostnameCN, ruleNextHopCN, ruleDotNextHopCN})
}
