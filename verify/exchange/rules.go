package exchange

import (
	"slices"

	"mxlab/verify"
	"mxlab/verify/connector"
	"mxlab/verify/judge"
)

// Documents that the rules cite.
const (
	sendConnector = "Microsoft Learn, Set-SendConnector"
	kb3027536     = "Microsoft KB 3027536 (cannot establish a TLS connection to a remote mail server)"
	kb4051498     = "Microsoft KB 4051498 (outbound messages are not sent)"
	teamBlog      = "Exchange Team Blog, 15 January 2021 (TLS versions cannot be agreed on)"
	rightsHelp    = "Exchange 2013 help, information rights management"
	report        = "a report on TLS in Exchange 2013, 2018"
	certificates  = "Microsoft Learn, digital certificates and encryption in Exchange Server"
	intervals     = "Microsoft Learn, message retry, resubmit, and expiration intervals"
	registry      = "Microsoft Learn, TLS registry settings"
)

func rule(id, text, source string, c verify.Certainty) *verify.Rule {
	return &verify.Rule{ID: "exchange/" + id, Text: text, Source: source, Certainty: c}
}

// What is not about TLS.
var common = judge.Rules{
	NXDomain: rule("nxdomain", "a name that does not exist is a permanent failure: the message bounces",
		"practice of Exchange (554 5.4.4 SMTPSEND.DNS.NonExistentDomain); "+sendConnector+": ErrorPolicies DowngradeDnsFailures makes DNS failures transient, so that by default they are not", verify.Recalled),
	DNSFailure: rule("dns-failure", "a lookup that fails for now leaves the message in the queue",
		"practice of Exchange (451 4.4.0 DNS query failed); RFC 5321 section 5.1", verify.Recalled),
	NullMX: rule("null-mx", "a domain with a null MX takes no mail: the message bounces",
		"RFC 7505 section 4.1; that Exchange obeys it is not stated", verify.Inferred),
	NullMXBeside: rule("null-mx-beside-others", "a null MX beside other MX records names no host and is passed over",
		"RFC 7505 section 3 forbids it, and has no rule for the sender", verify.Inferred),
	NoAddress: rule("no-address", "a host without an address is passed over; if no host has one the message bounces",
		"RFC 5321 section 5.1; Exchange does not state it", verify.Inferred),
	Unreachable: rule("unreachable", "a host that cannot be reached, or is lost, is left for an alternate host; then the message stays queued",
		kb4051498+": attempted failover to alternate host", verify.Documented),
	Greeting: rule("greeting", "a host that greets with 4xx or 5xx is left for the next; then the message stays queued",
		"not stated; as for a host that cannot be reached", verify.Inferred),
	Permanent: rule("smtp-permanent", "a 5xx to MAIL or RCPT bounces the message at once",
		"practice of Exchange; RFC 5321 section 4.2.1", verify.Recalled),
	Transient: rule("smtp-transient", "a 4xx, or a refused EHLO, sends the sender to the next host; then the message stays queued",
		"RFC 5321 section 4.2.1; that the next host is tried is not stated", verify.Inferred),
	BehindHandshake: rule("behind-handshake", "TLS that fails right behind the handshake fails the attempt as in the handshake",
		"RFC 8446 section 4.4.2.4: in TLS 1.3 a refused client certificate shows only then; Exchange does not state it", verify.Inferred),
	Queue: rule("queue", "a host that fails the setting is left for the next; then the message stays queued",
		"practice of Exchange; "+kb4051498+" shows it for a handshake that fails", verify.Recalled),
}

// What becomes of a message that stays queued.
var (
	ruleRetry = rule("retry", "a message that stays queued is tried again, first after a minute",
		intervals+": the queue glitch retry interval", verify.Documented)
	ruleRetryGrowing = rule("retry/growing", "four times a minute passes between queue runs, then six times five minutes, then always ten",
		intervals+": queue glitch, transient failure and outbound connection failure", verify.Documented)
	rulePostponed = rule("retry/message", "a message that a host refuses for now is tried again after the MessageRetryInterval: 15 minutes",
		intervals+"; Set-TransportService says 5 minutes", verify.Recalled)
	ruleGiveUp = rule("give-up", "a message bounces when the next queue run would find it older than two days",
		intervals+": the MessageExpirationTimeout", verify.Documented)
)

// What a gateway behind it does that has a secure portal.
var portal = judge.Gateway(rule)

// What is Schannel's.
var handshake = connector.Handshake{
	GreetingLine: rule("starttls-on-greeting-line", "STARTTLS on the first line of the EHLO reply is not an offer",
		"RFC 5321 section 4.1.1.1: each keyword has a line of its own; Exchange does not state it", verify.Inferred),
	Unreadable: rule("unreadable-chain", "a certificate that cannot be parsed ends the handshake; Schannel may be more lenient",
		"RFC 8446 section 6.2, bad_certificate; how lenient Schannel is, is not stated", verify.Inferred),
	ChainSize: rule("chain-size", "a Certificate message of more than 32,768 octets ends the handshake",
		registry+": MessageLimitClient; that the default is in force is deduced", verify.Recalled),
	WeakHash: rule("weak-hash", "under TLS 1.2 a certificate of the host's chain that is signed with MD5 or MD2 ends the handshake",
		kb3027536, verify.Documented),
	Ed25519: rule("ed25519", "a host that has only an Ed25519 key has no signature algorithm in common with Schannel: the handshake fails",
		"practice of Schannel, which offers RSA and ECDSA", verify.Recalled),
}

// What the settings do.
var (
	ruleOpportunisticOffered = rule("opportunistic/not-offered", "STARTTLS not offered: the mail goes in clear text",
		teamBlog, verify.Documented)
	ruleOpportunisticRefused = rule("opportunistic/refused", "STARTTLS refused: the mail goes in clear text on the same connection",
		"nothing found; weakly recalled", verify.Recalled)
	ruleOpportunisticRefusedDefer = rule("opportunistic/refused-defer", "STARTTLS refused: no clear text, the attempt fails",
		"the other reading, for which nothing was found either", verify.Inferred)
	ruleOpportunisticFailed = rule("opportunistic/after-220", "TLS fails after the 220: no clear text, the attempt fails",
		"deduced from "+kb3027536+", which says so of one kind of failure", verify.Inferred)
	ruleOpportunisticWeakHash = rule("opportunistic/weak-hash", "TLS fails because of a weak hash: no clear text, the message stays queued",
		kb3027536, verify.Documented)
	ruleOpportunisticClearAfter220 = rule("opportunistic/clear-after-220", "TLS fails after the 220: the mail goes in clear text over a new connection",
		"the other reading: "+rightsHelp+", says that plain SMTP is used where TLS cannot be established", verify.Inferred)
	ruleOpportunisticTLS = rule("opportunistic/unchecked", "the certificate is not looked at, be it self-signed or expired: the mail goes encrypted",
		report+"; "+certificates, verify.Documented)
	ruleIgnore = rule("ignore-starttls", "STARTTLS is not used, even where it is offered",
		sendConnector+": IgnoreSTARTTLS", verify.Documented)
	ruleRequire = rule("require-tls/tls-only", "TLS cannot be negotiated: the mail is not sent",
		sendConnector+": RequireTLS", verify.Documented)
	ruleRequireTLS = rule("require-tls/unchecked", "without a TlsAuthLevel the certificate is not looked at: the mail goes encrypted",
		sendConnector+" demands TLS of such a connector and nothing of the certificate", verify.Inferred)
	ruleEncryptionOnly = rule("encryption-only/tls-only", "TLS cannot be negotiated: the mail is not sent",
		sendConnector+": RequireTLS", verify.Documented)
	ruleEncryptionOnlyTLS = rule("encryption-only/unchecked", "the certificate is not looked at: the mail goes encrypted",
		sendConnector+": TlsAuthLevel EncryptionOnly", verify.Documented)
)

// rules lists every rule that a policy of this package may apply, in the order
// in which a delivery meets them.
func rules() []*verify.Rule {
	return slices.Concat(common.List(), portal.List(), []*verify.Rule{
		ruleRetry, ruleRetryGrowing, rulePostponed, ruleGiveUp,
		handshake.GreetingLine, handshake.Unreadable, handshake.ChainSize, handshake.WeakHash, handshake.Ed25519, common.BehindHandshake, common.Queue,
		ruleOpportunisticOffered, ruleOpportunisticRefused, ruleOpportunisticRefusedDefer, ruleOpportunisticFailed, ruleOpportunisticWeakHash,
		ruleOpportunisticClearAfter220, ruleOpportunisticTLS,
		ruleIgnore, ruleRequire, ruleRequireTLS, ruleEncryptionOnly, ruleEncryptionOnlyTLS})
}
