package esa

import (
	"mxlab/verify"
	"mxlab/verify/judge"
)

// Documents that the rules cite.
const (
	doc118955    = "Cisco 118955 (Control TLS negotiation on the ESA)"
	doc200537    = "Cisco 200537 (algorithm for certificate verification)"
	doc213197    = "Cisco 213197 (ESA AsyncOS TLS verification process)"
	doc212587    = "Cisco 212587 (STARTTLS on the greeting line)"
	guide80      = "AsyncOS 8.0.1 user guide, Destination Controls"
	profileGuide = "AsyncOS 10.0 user guide, bounce profiles"
	guide85      = "AsyncOS 8.5 user guide, certificate verification"

	guideEncryption = "AsyncOS 9.1.2 user guide, TLS as an alternative to encryption, table 18-2"
)

func rule(id, text, source string, c verify.Certainty) *verify.Rule {
	return &verify.Rule{ID: "esa/" + id, Text: text, Source: source, Certainty: c}
}

// What is not about TLS.
var common = judge.Rules{
	NXDomain: rule("nxdomain", "a name that does not exist is a DNS hard error: the message bounces",
		"practice of AsyncOS (5.1.2, DNS hard error)", verify.Recalled),
	DNSFailure: rule("dns-failure", "a lookup that fails for now leaves the message in the queue",
		"practice of AsyncOS; RFC 5321 section 5.1", verify.Recalled),
	NullMX: rule("null-mx", "a domain with a null MX takes no mail: the message bounces",
		"RFC 7505 section 4.1; that AsyncOS obeys it is not stated", verify.Inferred),
	NullMXBeside: rule("null-mx-beside-others", "a null MX beside other MX records names no host and is passed over",
		"RFC 7505 section 3 forbids it, and has no rule for the sender", verify.Inferred),
	NoAddress: rule("no-address", "a host without an address is passed over; if no host has one the message bounces",
		"RFC 5321 section 5.1; AsyncOS does not state it", verify.Inferred),
	Unreachable: rule("unreachable", "a host that cannot be reached, or is lost before the 220, is left for the next; then the message stays queued",
		"practice of AsyncOS", verify.Recalled),
	Greeting: rule("greeting", "a host that greets with 4xx or 5xx is left for the next; then the message stays queued",
		"practice of AsyncOS", verify.Recalled),
	Permanent: rule("smtp-permanent", "a 5xx to MAIL, RCPT, DATA or the final dot bounces the message at once",
		"practice of AsyncOS for RCPT; RFC 5321 sections 4.2.1 and 4.2.5", verify.Recalled),
	Transient: rule("smtp-transient", "a 4xx, or a refused EHLO, sends the sender to the next host; then the message stays queued",
		"RFC 5321 section 4.2.1; Cisco 117875 shows it for SMTP routes", verify.Inferred),
	BehindHandshake: rule("behind-handshake", "TLS that fails right behind the handshake fails the attempt as in the handshake",
		"RFC 8446 section 4.4.2.4: in TLS 1.3 a refused client certificate shows only then; AsyncOS does not state it", verify.Inferred),
	Queue: rule("queue", "a host that fails the setting is left for the next; then the message stays queued under the bounce profile",
		"practice of AsyncOS; the bounce profile (100 retries, 72 hours) is documented", verify.Recalled),
}

// What becomes of a message that stays queued. The numbers are those of the
// default bounce profile.
var (
	ruleRetry = rule("retry", "a message that stays queued is tried again: first after 60 seconds, then at intervals of at most 3,600 seconds, counted from the failure of the run before",
		profileGuide+"; from when an interval is counted is deduced from RFC 5321 section 4.5.4.1", verify.Documented)
	ruleRetryGrowing = rule("retry/growing", "each interval is twice the one before, until it is 3,600 seconds",
		profileGuide+" says that the interval grows; how is deduced", verify.Inferred)
	ruleGiveUp = rule("give-up", "a message bounces after 100 retries, or when the next one would find it older than 259,200 seconds",
		profileGuide+"; Cisco 118410", verify.Documented)
)

// What the settings do.
var (
	ruleOwnLine = rule("starttls-own-line", "STARTTLS counts only on a line of its own in the EHLO reply",
		doc212587, verify.Documented)
	ruleUnreadable = rule("unreadable-chain", "a certificate that cannot be parsed ends the handshake; a more lenient TLS library may go on with it",
		"RFC 8446 section 6.2, bad_certificate; how lenient AsyncOS is, is not stated", verify.Inferred)
	ruleChainSize = rule("chain-size", "a chain of more than 102,400 octets ends the handshake",
		"SSL_CTX_set_max_cert_list(3), the default of OpenSSL; that AsyncOS keeps it is not stated", verify.Inferred)
	ruleNo = rule("no", "TLS is not negotiated",
		doc118955, verify.Documented)
	rulePreferredBefore = rule("preferred/before-220", "STARTTLS not offered or refused: the mail goes in clear text",
		doc118955+" says clear text before the 220; the two cases are deduced", verify.Inferred)
	rulePreferredAfter = rule("preferred/after-220", "TLS fails after the 220: no clear text, the attempt fails",
		doc118955, verify.Documented)
	rulePreferredTLS = rule("preferred/unchecked", "the certificate is not verified: the mail goes encrypted",
		doc118955, verify.Documented)
	ruleRequired = rule("required/tls-only", "TLS cannot be negotiated: no mail goes through the connection",
		guide80, verify.Documented)
	ruleRequiredTLS = rule("required/unchecked", "the certificate is not verified: the mail goes encrypted",
		guide80, verify.Documented)
	rulePreferredVerifyBefore = rule("preferred-verify/before-220", "TLS cannot be established: the mail goes in clear text",
		doc118955, verify.Documented)
	rulePreferredVerifyAfter = rule("preferred-verify/after-220", "TLS fails after the 220: no clear text, the attempt fails",
		"deduced from setting 2, for which "+doc118955+" states it", verify.Inferred)
	rulePreferredVerifyBad = rule("preferred-verify/unverified", "the certificate cannot be verified: the mail goes encrypted all the same",
		doc118955, verify.Documented)
	ruleRequiredVerify = rule("required-verify/tls-only", "TLS cannot be negotiated: the mail is not sent",
		doc118955, verify.Documented)
	ruleRequiredVerifyBad = rule("required-verify/unverified", "the certificate cannot be verified: the mail is not sent",
		doc118955+" requires verification", verify.Documented)
	ruleHosted = rule("required-verify-hosted-domains/tls-only", "TLS cannot be negotiated: the mail is not sent",
		doc213197+": the actions of setting 5", verify.Documented)
	ruleHostedBad = rule("required-verify-hosted-domains/unverified", "the certificate cannot be verified: the mail is not sent",
		doc213197+": the actions of setting 5", verify.Documented)
)

// What becomes of a message that a content filter encrypts, as an envelope or on
// a portal, unless it can be sent over TLS. The guide says that the setting and
// the filter decide together, in a table of which the cells are recalled.
var (
	portalNo = judge.Portal{
		Clear: rule("portal/no", "TLS is never tried: what the filter is to encrypt goes to the portal",
			guideEncryption, verify.Recalled),
	}
	portalPreferred = judge.Portal{
		Clear: rule("portal/preferred", "TLS cannot be had: what would go in clear text goes to the portal instead",
			guideEncryption, verify.Recalled),
		Kept: rule("portal/preferred-after-220", "TLS fails after the 220: what no host takes goes to the portal",
			guideEncryption+"; that this counts as TLS that cannot be had is deduced", verify.Inferred),
		Takes: true,
	}
	portalRequired = judge.Portal{
		Kept: rule("portal/required", "TLS is required: what no host takes stays queued and bounces in the end; the filter does not send it to the portal",
			guideEncryption, verify.Recalled),
	}
)

// Which paths hold.
var paths = judge.PathRules{
	Trust: rule("path/trust", "the chain of issuers must end in a trusted authority",
		guide85, verify.Documented),
	Dates: rule("path/dates", "every certificate of the path must be within its dates",
		doc213197+": PKIX validation, of which the parts are recalled", verify.Recalled),
	Usage: rule("path/usage", "the certificate must be fit for a TLS server",
		"RFC 5280 section 4.2.1.12, by way of PKIX validation", verify.Inferred),
}

// Which names hold.
var (
	ruleLastCN = rule("last-cn", "of several common names only the last, the most specific one, counts",
		"RFC 6125 section 6.4.4; AsyncOS does not state which", verify.Inferred)

	ruleVerifySAN = rule("verify/san-domain", "a dNSName that matches the recipient's domain verifies the host",
		guide85+"; "+doc213197, verify.Documented)
	ruleVerifyCN = rule("verify/cn-domain", "the common name, also beside dNSNames that do not match, verifies the host if it matches the recipient's domain",
		doc213197+"; "+guide85, verify.Documented)
	ruleVerifyCNExact = rule("verify-old/cn-domain", "the common name verifies the host if it equals the recipient's domain; no wildcard",
		"Cisco 118583", verify.Documented)
	ruleVerifyPTR = rule("verify/cn-ptr", "the common name verifies the host if it matches the forward-confirmed PTR name of its address",
		doc213197, verify.Documented)
	ruleForward = rule("verify/forward-confirmed", "a PTR name whose own address records do not hold the address does not count",
		doc213197, verify.Documented)
	ruleVerifyPTROld = rule("verify-old/cn-ptr", "the common name verifies the host if it equals the PTR name of its address; no wildcard, no forward confirmation",
		"Cisco 118583", verify.Documented)
	ruleVerifyPTRs = rule("verify/ptr-several", "of several PTR names any that is forward-confirmed will do",
		"not specified; the likelier reading of "+doc213197, verify.Inferred)
	ruleVerifyNoPTR = rule("verify/ptr-unusable", "without a PTR name that can be looked up the step is passed over",
		"not specified; follows from "+doc213197, verify.Inferred)
	ruleVerifyNoMX = rule("verify/no-mx", "MX names are never compared",
		doc213197, verify.Documented)

	ruleHostedSAN = rule("hosted/san-only", "where the certificate has a dNSName the common name is ignored",
		doc200537+"; "+doc213197, verify.Documented)
	ruleHostedDomain = rule("hosted/domain", "a presented name that matches the recipient's domain verifies the host",
		doc200537, verify.Documented)
	ruleHostedRoute = rule("hosted/route", "a presented name that matches the name of the SMTP route to this host verifies it; where such routes exist nothing more is compared",
		doc213197, verify.Documented)
	ruleHostedOtherRoute = rule("hosted/other-route", "the name of a route that leads to another host does not count",
		doc213197+": rules for SMTP routes, recalled", verify.Recalled)
	ruleHostedAllRoutes = rule("hosted/all-routes", "the name of any SMTP route of the domain counts",
		"the other reading of "+doc213197, verify.Inferred)
	ruleHostedMX = rule("hosted/mx", "without an SMTP route, or with one to an address, a presented name that matches an MX name of the domain verifies the host",
		doc213197+"; draft-friedl-uta-smtp-mta-certs-00", verify.Documented)
	ruleHostedOtherMX = rule("hosted/other-mx", "any MX name of the domain counts, not only that of the host connected to",
		doc200537+" speaks of MX hostnames; "+doc213197+" recalled", verify.Recalled)
	ruleHostedOneMX = rule("hosted/connected-mx", "only the MX name of the host connected to counts",
		"the other reading of "+doc200537, verify.Inferred)
	ruleHostedNoPTR = rule("hosted/no-ptr", "PTR names are never compared",
		"draft-friedl-uta-smtp-mta-certs-00 has none, "+doc213197+" names none; the list of "+doc200537+" could not be read to its end", verify.Inferred)
)

// rules lists every rule that a policy of this package may apply, in the order
// in which a delivery meets them.
func rules() []*verify.Rule {
	return append(common.List(),
		ruleRetry, ruleRetryGrowing, ruleGiveUp,
		ruleOwnLine, ruleUnreadable, common.BehindHandshake, ruleChainSize, common.Queue, ruleNo,
		rulePreferredBefore, rulePreferredAfter, rulePreferredTLS,
		ruleRequired, ruleRequiredTLS,
		rulePreferredVerifyBefore, rulePreferredVerifyAfter, rulePreferredVerifyBad,
		ruleRequiredVerify, ruleRequiredVerifyBad,
		ruleHosted, ruleHostedBad,
		portalNo.Clear, portalPreferred.Clear, portalPreferred.Kept, portalRequired.Kept,
		paths.Trust, paths.Dates, paths.Usage, ruleLastCN,
		ruleVerifySAN, ruleVerifyCN, ruleVerifyCNExact, ruleVerifyPTR, ruleForward, ruleVerifyPTROld, ruleVerifyPTRs, ruleVerifyNoPTR, ruleVerifyNoMX,
		ruleHostedSAN, ruleHostedDomain, ruleHostedRoute, ruleHostedOtherRoute, ruleHostedAllRoutes,
		ruleHostedMX, ruleHostedOtherMX, ruleHostedOneMX, ruleHostedNoPTR)
}
