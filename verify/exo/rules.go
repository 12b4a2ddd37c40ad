package exo

import (
	"slices"

	"mxlab/verify"
	"mxlab/verify/connector"
	"mxlab/verify/judge"
)

// Documents that the rules cite.
const (
	outboundConnector = "Microsoft Learn, Set-OutboundConnector"
	howTLS            = "Microsoft Learn, how Exchange Online uses TLS to secure email connections"
	howDANE           = "Microsoft Learn, how SMTP DANE works"
	kb3027536         = "Microsoft KB 3027536 (cannot establish a TLS connection to a remote mail server)"
	reports           = "Microsoft Learn, non-delivery reports in Exchange Online"
	partner           = "Microsoft Learn, outbound connectors: the subject name or a subject alternative name"
	registry          = "Microsoft Learn, TLS registry settings"
)

func rule(id, text, source string, c verify.Certainty) *verify.Rule {
	return &verify.Rule{ID: "exo/" + id, Text: text, Source: source, Certainty: c}
}

// What is not about TLS.
var common = judge.Rules{
	NXDomain: rule("nxdomain", "a name that does not exist is a permanent failure: the message bounces",
		"practice of Exchange Online (550 5.4.310 DNS domain does not exist)", verify.Recalled),
	DNSFailure: rule("dns-failure", "a lookup that fails for now leaves the message in the queue",
		"practice of Exchange Online (450 4.4.312 DNS query failed); RFC 5321 section 5.1", verify.Recalled),
	NullMX: rule("null-mx", "a domain with a null MX takes no mail: the message bounces",
		"RFC 7505 section 4.1; that Exchange Online obeys it is not stated", verify.Inferred),
	NullMXBeside: rule("null-mx-beside-others", "a null MX beside other MX records names no host and is passed over",
		"RFC 7505 section 3 forbids it, and has no rule for the sender", verify.Inferred),
	NoAddress: rule("no-address", "a host without an address is passed over; if no host has one the message bounces",
		"RFC 5321 section 5.1; Exchange Online does not state it", verify.Inferred),
	Unreachable: rule("unreachable", "a host that cannot be reached, or is lost, is left for the next; then the message stays queued",
		reports+": 4.4.316, connection refused, is a code of the queue; that the next host is tried is deduced", verify.Inferred),
	Greeting: rule("greeting", "a host that greets with 4xx or 5xx is left for the next; then the message stays queued",
		"not stated; as for a host that cannot be reached", verify.Inferred),
	Permanent: rule("smtp-permanent", "a 5xx to MAIL or RCPT bounces the message at once",
		"practice of Exchange Online; RFC 5321 section 4.2.1", verify.Recalled),
	Transient: rule("smtp-transient", "a 4xx, or a refused EHLO, sends the sender to the next host; then the message stays queued",
		"RFC 5321 section 4.2.1; that the next host is tried is not stated", verify.Inferred),
	BehindHandshake: rule("behind-handshake", "TLS that fails right behind the handshake fails the attempt as in the handshake",
		"RFC 8446 section 4.4.2.4: in TLS 1.3 a refused client certificate shows only then; Exchange Online does not state it", verify.Inferred),
	Queue: rule("queue", "a host that fails the setting is left for the next; then the message stays queued",
		howDANE+" says so where DANE fails; for other failures it is deduced", verify.Inferred),
}

// What becomes of a message that stays queued.
var (
	ruleRetry = rule("retry", "a message that stays queued is tried again, first after 15 minutes",
		howDANE+"; for other failures it is deduced", verify.Inferred)
	ruleRetryGrowing = rule("retry/growing", "twice 15 minutes pass between queue runs, then always an hour",
		howDANE+"; for other failures it is deduced", verify.Inferred)
	ruleGiveUp = rule("give-up", "a message bounces when the next queue run would find it older than 24 hours",
		howDANE+" and "+outboundConnector+" say so where DANE or MTA-STS fail; for other failures it is recalled", verify.Recalled)
)

// What a gateway behind it does that has a secure portal.
var portal = judge.Gateway(rule)

// What is Schannel's.
var handshake = connector.Handshake{
	GreetingLine: rule("starttls-on-greeting-line", "STARTTLS on the first line of the EHLO reply is not an offer",
		"RFC 5321 section 4.1.1.1: each keyword has a line of its own; Exchange Online does not state it", verify.Inferred),
	Unreadable: rule("unreadable-chain", "a certificate that cannot be parsed ends the handshake; Schannel may be more lenient",
		"RFC 8446 section 6.2, bad_certificate; how lenient Schannel is, is not stated", verify.Inferred),
	ChainSize: rule("chain-size", "a Certificate message of more than 32,768 octets ends the handshake",
		registry+": MessageLimitClient; that the default is in force is deduced", verify.Inferred),
	WeakHash: rule("weak-hash", "under TLS 1.2 and newer a certificate of the host's chain that is signed with MD5 or MD2 ends the handshake",
		kb3027536, verify.Documented),
	Ed25519: rule("ed25519", "a host that has only an Ed25519 key has no signature algorithm in common with Schannel: the handshake fails",
		"practice of Schannel, which offers RSA and ECDSA", verify.Recalled),
}

// What the settings do.
var (
	ruleOpportunisticOffered = rule("opportunistic/not-offered", "STARTTLS not offered: the mail goes in clear text",
		howTLS, verify.Documented)
	ruleOpportunisticRefused = rule("opportunistic/refused", "STARTTLS refused: the mail goes in clear text on the same connection",
		"nothing found; as Exchange Server", verify.Inferred)
	ruleOpportunisticRefusedDefer = rule("opportunistic/refused-defer", "STARTTLS refused: no clear text, the attempt fails",
		"the other reading, for which nothing was found either", verify.Inferred)
	ruleOpportunisticFailed = rule("opportunistic/after-220", "TLS fails after the 220: no clear text, the attempt fails",
		kb3027536+" says that there is no TLS connection; that there is none in clear text either is deduced", verify.Inferred)
	ruleOpportunisticClearAfter220 = rule("opportunistic/clear-after-220", "TLS fails after the 220: the mail goes in clear text over a new connection",
		"the other reading of "+howTLS, verify.Inferred)
	ruleOpportunisticTLS = rule("opportunistic/unchecked", "the certificate is not looked at, be it self-signed or expired: the mail goes encrypted",
		howTLS+" makes no condition but TLS", verify.Inferred)
	ruleEncryptionOnly = rule("encryption-only/tls-only", "TLS cannot be negotiated: the mail is not sent",
		outboundConnector+": TlsSettings EncryptionOnly", verify.Documented)
	ruleEncryptionOnlyTLS = rule("encryption-only/unchecked", "the certificate is not looked at: the mail goes encrypted",
		outboundConnector+": TlsSettings EncryptionOnly", verify.Documented)
)

// What the settings do that check the certificate.
var (
	ruleCertificate = rule("certificate-validation/tls-only", "TLS cannot be negotiated: the mail is not sent",
		outboundConnector+": TlsSettings CertificateValidation", verify.Documented)
	ruleCertificateBad = rule("certificate-validation/unverified", "the chain does not hold: the mail is not sent",
		outboundConnector+": TlsSettings CertificateValidation", verify.Documented)
	ruleCertificateValid = rule("certificate-validation/valid", "the chain holds: the mail goes, whomever the certificate names",
		outboundConnector+": TlsSettings CertificateValidation", verify.Documented)
	ruleDomain = rule("domain-validation/tls-only", "TLS cannot be negotiated: the mail is not sent",
		outboundConnector+": TlsSettings DomainValidation", verify.Documented)
	ruleDomainBad = rule("domain-validation/unverified", "the certificate does not hold: the mail is not sent",
		outboundConnector+": TlsSettings DomainValidation", verify.Documented)
	ruleNoTLSDomain = rule("domain-validation/no-tls-domain", "without a TlsDomain there is no name to compare with, so no certificate will do; the recipient's domain does not take its place",
		outboundConnector+" names TlsDomain alone; whether the service lets such a connector be made is not stated", verify.Recalled)
)

// Which paths hold.
var path = connector.Path{
	PathRules: judge.PathRules{
		Trust: rule("path/trust", "the chain must end in a trusted root",
			outboundConnector+": TlsSettings", verify.Documented),
		Dates: rule("path/dates", "every certificate of the chain must be within its dates",
			"causes listed for 450 4.7.320: expired, no longer valid", verify.Documented),
		Revoked: rule("path/revoked", "no certificate of the chain may be revoked",
			outboundConnector+": TlsSettings CertificateValidation checks revocation lists", verify.Documented),
		Offline: rule("path/revocation-known", "a certificate fails of which nobody tells whether it is revoked",
			"as Exchange Server; nothing is stated", verify.Inferred),
		Usage: rule("path/usage", "the certificate must be fit for a TLS server, and no key of the chain weak",
			"as Exchange Server; nothing is stated", verify.Inferred),
	},
	SHA1: rule("path/sha1", "a SHA-1 signature is no fault",
		"as Exchange Server; nothing is stated", verify.Inferred),
	Issuers: connector.Reading{Rule: rule("path/issuers-not-fetched", "intermediates that the host does not send are not fetched",
		"Microsoft Learn, fix error code 450 4.4.317 UntrustedRoot", verify.Documented)},
	Source: connector.Reading{Rule: rule("path/no-source", "a certificate passes that names no list and no responder",
		"deduced from the sentence that revocation lists are checked: there is none", verify.Inferred), Yes: true},
}

// The other readings.
var (
	ruleSourceRequired = rule("path/source-required", "a certificate fails that names no list and no responder",
		"the other reading: for Windows its status is unknown, which is an error", verify.Inferred)
	ruleOfflineIgnored = rule("path/revocation-offline-ignored", "a certificate passes of which nobody tells whether it is revoked",
		"the other reading", verify.Inferred)
)

// Which names hold.
var (
	ruleSAN = rule("name/san", "a dNSName that matches the TlsDomain verifies the host",
		partner, verify.Documented)
	ruleCN = rule("name/cn", "the common name verifies the host if it matches the TlsDomain",
		partner, verify.Documented)
	ruleCNBeside = rule("name/cn-beside-san", "the common name counts beside dNSNames that do not match",
		"deduced from the word or in "+partner, verify.Inferred)
	ruleSeveralCN = rule("name/several-cn", "of several common names any will do",
		"not stated; the reading of all subject names", verify.Inferred)
	ruleOneLabel = rule("name/one-label", "a star in a certificate stands for one label",
		"as Exchange Server; nothing is stated", verify.Inferred)
	ruleManyLabels = rule("name/many-labels", "a star in a certificate stands for one label or more",
		"the other reading", verify.Inferred)
	rulePattern = rule("name/tls-domain-pattern", "a TlsDomain *.NAME is matched by every name below NAME",
		outboundConnector+": TlsDomain", verify.Documented)
)

// rules lists every rule that a policy of this package may apply, in the order
// in which a delivery meets them.
func rules() []*verify.Rule {
	return slices.Concat(common.List(), portal.List(), []*verify.Rule{
		ruleRetry, ruleRetryGrowing, ruleGiveUp,
		handshake.GreetingLine, handshake.Unreadable, handshake.ChainSize, handshake.WeakHash, handshake.Ed25519, common.BehindHandshake, common.Queue,
		ruleOpportunisticOffered, ruleOpportunisticRefused, ruleOpportunisticRefusedDefer, ruleOpportunisticFailed,
		ruleOpportunisticClearAfter220, ruleOpportunisticTLS,
		ruleEncryptionOnly, ruleEncryptionOnlyTLS,
		ruleCertificate, ruleCertificateBad, ruleCertificateValid, ruleDomain, ruleDomainBad, ruleNoTLSDomain,
		path.Trust, path.Issuers.Rule, path.Dates, path.Revoked, path.Offline, ruleOfflineIgnored, path.Source.Rule, ruleSourceRequired, path.Usage, path.SHA1,
		ruleSAN, ruleCN, ruleCNBeside, rulePattern, ruleSeveralCN, ruleOneLabel, ruleManyLabels})
}
