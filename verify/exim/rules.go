package exim

import (
	"slices"

	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/mta"
)

// Documents that the rules cite, and the product that they were seen in.
const (
	seen = "seen in Exim 4.96 (Debian 12)"
	spec = "Exim specification, the smtp transport"
)

func rule(id, text, source string, c verify.Certainty) *verify.Rule {
	return &verify.Rule{ID: "exim/" + id, Text: text, Source: source, Certainty: c}
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
	NXDomain:     observed("nxdomain", "a domain that does not exist bounces the message"),
	DNSFailure:   observed("dns-failure", "a lookup that fails for now leaves the message in the queue"),
	NullMX:       observed("null-mx", "a domain with a null MX takes no mail: the message bounces"),
	NullMXBeside: observed("null-mx-beside-others", "a null MX beside other MX records is passed over"),
	NoAddress:    observed("no-address", "a host without an address is passed over; if no host has one the message bounces"),
	Unreachable:  observed("unreachable", "a host that cannot be reached, or is lost, is left for the next; then the message stays queued"),
	Greeting:     observed("greeting", "a host that greets with 4xx is left for the next; then the message stays queued"),
	Firm:         observed("greeting-permanent", "a host that greets with 5xx is left for the next; if no host is any better the message bounces"),
	Permanent:    observed("smtp-permanent", "a 5xx to MAIL, RCPT, DATA or the final dot bounces the message at once"),
	Transient:    observed("smtp-transient", "a 4xx sends the client to the next host; then the message stays queued"),
	BehindHandshake: observed("behind-handshake",
		"TLS that fails right behind the handshake leaves the host for the next, without clear text"),
	Queue: observed("queue", "a host that fails the setting is left for the next; then the message stays queued"),
}

// How it goes through the hosts.
var (
	ruleSixFirst = observed("six-first", "of a host's addresses those of IPv6 are tried first")
	ruleOnce     = observed("address-once", "an address to which several MX names lead is tried once")
	ruleLast     = observed("last-host-decides", "a 5xx greeting of the last host bounces the message, also where an earlier one failed for now only")
)

// What becomes of a message that stays queued. When the queue is run is left out.
var (
	ruleRetry = rule("retry", "a message that stays queued is tried again after 15 minutes",
		"Exim's default configuration: retry * * F,2h,15m; G,16h,1h,1.5; F,4d,6h", verify.Documented)
	ruleRetryGrowing = rule("retry-growing", "so it is for two hours; then the intervals grow from one hour by the half each time, up to the age of 16 hours; then they are of six hours",
		"Exim's default configuration: retry * * F,2h,15m; G,16h,1h,1.5; F,4d,6h", verify.Documented)
	ruleGiveUp = rule("give-up", "a message that fails when it is four days old bounces: retry timeout exceeded",
		"Exim's default configuration: retry * * F,2h,15m; G,16h,1h,1.5; F,4d,6h", verify.Documented)
)

// On the handshake.
var (
	ruleOwnLine  = observed("starttls-own-line", "STARTTLS on the first line of the EHLO reply is not an offer")
	ruleCapitals = observed("starttls-capitals", "STARTTLS counts only in capitals; what stands behind it does not matter")
	ruleInside   = observed("ehlo-inside", "inside TLS a host that refuses EHLO, but by 421, is sent MAIL all the same, refuses that with 5xx, and the message bounces: HELO is not said")
	ruleBehind   = observed("text-behind-220", "octets in clear text behind the 220 are the end of TLS, as a failed handshake is: synch error before connect")
	refusals     = []mta.Refusal{
		{Rule: ruleBehind, Why: behind},
		{Rule: rule("unreadable-chain", "a certificate that cannot be parsed ends the handshake; GnuTLS reads some that others do not",
			"RFC 8446 section 6.2", verify.Inferred), Why: mta.Unreadable},
		{Rule: observed("chain-size", "a handshake of more than 131,072 octets fails: 768 of them are taken to be others than the Certificate message"), Why: tooLong},
		{Rule: observed("key-usage", "so does a certificate whose key usage does not allow what the host does with the key: a signature, or with RSA key transport the decryption of a key"), Why: misused},
	}
)

// What the settings do.
var (
	ruleNotOffered   = observed("not-offered", "STARTTLS is not offered: the mail goes in clear text", spec+": hosts_require_tls")
	ruleRefused      = observed("refused", "STARTTLS is answered with 4xx or 5xx: the mail goes in clear text on the same connection", spec+": tls_tempfail_tryclear")
	ruleFailed       = observed("failed", "TLS fails behind the 220: the mail goes in clear text over a new connection to the same host", spec+": tls_tempfail_tryclear")
	ruleEarly        = observed("failed-early", "TLS, or the connection, is lost before the host answers EHLO inside TLS: the mail goes in clear text over a new connection to the same host")
	ruleTried        = observed("as-shipped/certificate", "a certificate that does not hold is written down (CV=no), and the mail goes encrypted all the same", spec+": tls_try_verify_hosts")
	ruleVerifyHosts  = observed("tls-verify-hosts/certificate", "a certificate that does not hold ends the handshake, and the mail goes in clear text over a new connection", spec+": tls_verify_hosts, tls_tempfail_tryclear")
	ruleRequire      = observed("hosts-require-tls", "without TLS the host is left for the next", spec+": hosts_require_tls")
	ruleRequireTried = observed("hosts-require-tls/certificate", "a certificate that does not hold is written down (CV=no), and the mail goes encrypted all the same", spec+": tls_try_verify_hosts")
	ruleBoth         = observed("require-and-verify", "without TLS the host is left for the next", spec+": hosts_require_tls")
	ruleBothBad      = observed("require-and-verify/certificate", "a certificate that does not hold leaves the host for the next", spec+": tls_verify_hosts")
)

// Which paths hold.
var path = judge.PathRules{
	Trust:   observed("path/trust", "the chain leads to a certificate of tls_verify_certificates, which need not be self-signed", spec+": tls_verify_certificates = system"),
	Dates:   observed("path/dates", "every certificate is within its dates, the trusted one too"),
	Revoked: observed("path/staple-revoked", "a stapled OCSP answer that says that the certificate is revoked counts", spec+": hosts_request_ocsp = *"),
	Offline: observed("path/staple", "a stapled answer must be in date, of this certificate, and signed by its issuer; a certificate that demands one must come with one. An answer that the responder does not know will do"),
	Usage:   observed("path/usage", "no signature is MD5 or SHA-1, but the trusted one's, and no RSA key is shorter than 1,008 bits; what the certificate is for does not matter"),
}

// Which names hold.
var (
	ruleSAN        = observed("name/san", "a dNSName that is the name of the MX host verifies it; a star stands for a whole left-most label, with two labels or more behind it", spec+": tls_verify_cert_hostnames = *")
	ruleSANAddress = observed("name/san-address", "where the host of a route is an address, an IP address in the certificate that is the same verifies it, and no dNSName does")
	ruleCN         = observed("name/cn", "as does the only common name, where there is neither a dNSName nor an IP address nor a URI", spec+": tls_verify_cert_hostnames = *")
	ruleSANOnly    = observed("name/san-only", "beside a dNSName, an IP address or a URI the common name does not count")
)

var portal = judge.Gateway(rule)

// rules lists every rule that a policy of this package may apply, in the order
// in which a delivery meets them.
func rules() []*verify.Rule {
	return slices.Concat(common.List(), portal.List(), []*verify.Rule{
		ruleSixFirst, ruleOnce, ruleLast, ruleRetry, ruleRetryGrowing, ruleGiveUp,
		ruleOwnLine, ruleCapitals, refusals[0].Rule, refusals[1].Rule, refusals[2].Rule, refusals[3].Rule, common.BehindHandshake, ruleInside, common.Queue,
		ruleNotOffered, ruleRefused, ruleFailed, ruleEarly, ruleTried, ruleVerifyHosts, ruleRequire, ruleRequireTried, ruleBoth, ruleBothBad,
		path.Trust, path.Dates, path.Revoked, path.Offline, path.Usage, ruleSAN, ruleSANAddress, ruleSANOnly, ruleCN})
}
