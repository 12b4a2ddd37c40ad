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
	domainSecure  = "Exchange 2010 help, understanding Domain Security: mail is rejected where mutual TLS is not possible"
	tlsTerms      = "Exchange 2013 help, TLS functionality and related terminology"
	wan           = "Exchange 2013 help, scenario: WAN optimization controllers"
	statuses      = "Microsoft Learn, bb331963 (certificate validation status)"
	hybrid        = "Microsoft Learn, transport options in Exchange hybrid deployments: the subject name or a subject alternative name"
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

// What the settings do that check the certificate.
var (
	ruleCertificate = rule("certificate-validation/tls-only", "TLS cannot be negotiated: the mail is not sent",
		sendConnector+": RequireTLS", verify.Documented)
	ruleCertificateBad = rule("certificate-validation/unverified", "the chain does not hold: the mail is not sent",
		sendConnector+": TlsAuthLevel CertificateValidation", verify.Documented)
	ruleCertificateValid = rule("certificate-validation/valid", "the chain holds: the mail goes, whomever the certificate names",
		sendConnector+": TlsAuthLevel CertificateValidation", verify.Documented)
	ruleDomain = rule("domain-validation/tls-only", "TLS cannot be negotiated: the mail is not sent",
		sendConnector+": RequireTLS", verify.Documented)
	ruleDomainBad = rule("domain-validation/unverified", "the certificate does not hold: the mail is not sent",
		sendConnector+": TlsAuthLevel DomainValidation", verify.Documented)
	ruleDomainSmartHost = rule("domain-validation/smart-host", "a connector with smart hosts cannot be set so without a TlsDomain; judged as if it could",
		sendConnector+": TlsDomain is mandatory there", verify.Inferred)
	ruleSecurity = rule("domain-security/tls-only", "TLS cannot be negotiated: the mail is not sent",
		domainSecure, verify.Documented)
	ruleSecurityBad = rule("domain-security/unverified", "the certificate does not hold: the mail is not sent",
		domainSecure, verify.Documented)
	ruleSecuritySmartHost = rule("domain-security/smart-host", "Domain Security needs DNS routing; a connector with smart hosts is judged as if it did not",
		sendConnector+": DomainSecureEnabled works only with DNSRoutingEnabled", verify.Inferred)
	ruleSecurityNotAsked = rule("domain-security/not-asked", "that the host does not ask for the sender's certificate is its own matter",
		"deduced: TLS is then not mutual, but the sender has proved who the host is", verify.Inferred)
)

// What the servers of one organisation do among themselves.
var (
	ruleDirect = rule("direct-trust/tls-only", "TLS cannot be negotiated: the mail is not sent",
		wan+": between servers TLS is mandatory", verify.Documented)
	ruleDirectOffered = rule("direct-trust/not-offered", "X-ANONYMOUSTLS not offered: the mail is not sent, whatever else is offered",
		"recalled; "+wan+" says that such a server is reached without TLS, by GSSAPI, if it is so configured", verify.Recalled)
	ruleDirectKnown = rule("direct-trust/known", "a certificate that Active Directory, or AD LDS on an Edge server, holds for the organisation verifies the host, be it self-signed or of an authority",
		tlsTerms+"; "+certificates, verify.Documented)
	ruleDirectDates = rule("direct-trust/dates", "a known certificate verifies the host also outside of its dates",
		"deduced: its presence in the directory is all that makes it valid", verify.Inferred)
	ruleDirectBad = rule("direct-trust/unknown", "a certificate that is not known: the mail is not sent",
		"events 1036 and the like, SmtpReceiveDirectTrustFailed, tell it of the receiving side", verify.Recalled)
)

// Which paths hold.
var path = connector.Path{
	PathRules: judge.PathRules{
		Trust: rule("path/trust", "the chain must end in a trusted root",
			sendConnector+": TlsAuthLevel; "+statuses, verify.Documented),
		Dates: rule("path/dates", "every certificate of the chain must be within its dates",
			sendConnector+" says that the chain is validated; that this means the dates is deduced", verify.Inferred),
		Revoked: rule("path/revoked", "no certificate of the chain may be revoked",
			sendConnector+": TlsAuthLevel CertificateValidation checks revocation lists", verify.Documented),
		Offline: rule("path/revocation-known", "a certificate fails of which nobody tells whether it is revoked",
			"as in Domain Security; for TlsAuthLevel nothing is stated", verify.Inferred),
		Usage: rule("path/usage", "the certificate must be fit for a TLS server, and no key of the chain weak",
			"the status WrongUsage of Exchange; KB 2661254 for keys", verify.Recalled),
	},
	SHA1: rule("path/sha1", "a SHA-1 signature is no fault",
		"Microsoft, Windows Enforcement of SHA1 Certificates, is about browsers", verify.Inferred),
	Issuers: connector.Reading{Rule: rule("path/issuers-fetched", "intermediates that the host does not send are fetched where the certificate says they are",
		"Windows does so when it builds a chain; that Exchange lets it is deduced", verify.Inferred), Yes: true},
	Source: connector.Reading{Rule: rule("path/no-source", "a certificate passes that names no list and no responder",
		"deduced from the sentence that revocation lists are checked: there is none", verify.Inferred), Yes: true},
}

// The other readings, and what Domain Security has of its own.
var (
	ruleIssuersNotFetched = rule("path/issuers-not-fetched", "intermediates that the host does not send are not fetched",
		"the other reading", verify.Inferred)
	ruleSourceRequired = rule("path/source-required", "a certificate fails that names no list and no responder",
		"the other reading: for Windows its status is unknown, which is an error", verify.Inferred)
	ruleOfflineIgnored = rule("path/revocation-offline-ignored", "a certificate passes of which nobody tells whether it is revoked",
		"the other reading", verify.Inferred)
	ruleSecurityDates = rule("domain-security/dates", "every certificate of the chain must be within its dates",
		report+": mutual TLS checks the validity period", verify.Documented)
	ruleSecurityOffline = rule("domain-security/revocation-known", "a certificate fails of which nobody tells whether it is revoked",
		"Microsoft Learn, bb851505 (planning Domain Security): if the revocation check fails, authentication fails", verify.Documented)
)

// Which names hold.
var (
	ruleSAN = rule("name/san", "a dNSName that matches the reference verifies the host",
		hybrid, verify.Documented)
	ruleCN = rule("name/cn", "the common name verifies the host if it matches the reference",
		hybrid, verify.Documented)
	ruleCNBeside = rule("name/cn-beside-san", "the common name counts beside dNSNames that do not match",
		"deduced from the word or in "+hybrid, verify.Inferred)
	ruleSeveralCN = rule("name/several-cn", "of several common names any will do",
		"not stated; the reading of all subject names", verify.Inferred)
	ruleOneLabel = rule("name/one-label", "a star in a certificate stands for one label",
		certificates+": general advice, not a statement about transport", verify.Inferred)
	ruleManyLabels = rule("name/many-labels", "a star in a certificate stands for one label or more",
		"the other reading", verify.Inferred)
	rulePattern = rule("name/tls-domain-pattern", "a TlsDomain *.NAME is matched by every name below NAME",
		"the type of TlsDomain, SmtpDomainWithSubdomains; how it is compared is recalled", verify.Recalled)
	ruleSecuritySAN = rule("domain-security/san", "a dNSName that matches the recipient's domain verifies the host",
		statuses, verify.Documented)
	ruleSecurityCN = rule("domain-security/cn", "the common name, also beside dNSNames, verifies the host if it matches the recipient's domain",
		statuses, verify.Documented)
	ruleSecurityNoBelow = rule("domain-security/no-subdomains", "a name below the recipient's domain does not stand for it",
		statuses+" speaks of the name itself", verify.Inferred)
	ruleSecurityBelow = rule("domain-security/subdomains", "a name below the recipient's domain stands for it",
		"the other reading", verify.Inferred)
)

// rules lists every rule that a policy of this package may apply, in the order
// in which a delivery meets them.
func rules() []*verify.Rule {
	return slices.Concat(common.List(), portal.List(), []*verify.Rule{
		ruleRetry, ruleRetryGrowing, rulePostponed, ruleGiveUp,
		handshake.GreetingLine, handshake.Unreadable, handshake.ChainSize, handshake.WeakHash, handshake.Ed25519, common.BehindHandshake, common.Queue,
		ruleOpportunisticOffered, ruleOpportunisticRefused, ruleOpportunisticRefusedDefer, ruleOpportunisticFailed, ruleOpportunisticWeakHash,
		ruleOpportunisticClearAfter220, ruleOpportunisticTLS,
		ruleIgnore, ruleRequire, ruleRequireTLS, ruleEncryptionOnly, ruleEncryptionOnlyTLS,
		ruleCertificate, ruleCertificateBad, ruleCertificateValid, ruleDomain, ruleDomainBad, ruleDomainSmartHost,
		ruleSecurity, ruleSecurityBad, ruleSecuritySmartHost, ruleSecurityNotAsked,
		ruleDirectOffered, ruleDirect, ruleDirectKnown, ruleDirectDates, ruleDirectBad,
		path.Trust, path.Issuers.Rule, ruleIssuersNotFetched, path.Dates, ruleSecurityDates, path.Revoked, path.Offline, ruleSecurityOffline, ruleOfflineIgnored,
		path.Source.Rule, ruleSourceRequired, path.Usage, path.SHA1,
		ruleSAN, ruleCN, ruleCNBeside, ruleSecuritySAN, ruleSecurityCN, rulePattern, ruleSeveralCN, ruleOneLabel, ruleManyLabels, ruleSecurityNoBelow, ruleSecurityBelow})
}
