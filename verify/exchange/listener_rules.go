package exchange

import (
	"mxlab/verify"
	"mxlab/verify/connector"
	"mxlab/verify/judge"
)

// Documents that the rules of Receive connectors cite.
const (
	receiveConnector = "Microsoft Learn, Set-ReceiveConnector"
	mustIssue        = "Microsoft Learn, send or receive emails fails with SocketError"
	event11012       = "MSExchangeTransport 11012, MessageNotAuthenticatedTlsNotStarted"
	event11015       = "MSExchangeTransport 11015, TlsDomainClientCertificateSubjectMismatch"
)

func receiveRule(id, text, source string, c verify.Certainty) *verify.Rule {
	return rule("receive/"+id, text, source, c)
}

// What a Receive connector does with the senders that come.
var (
	ruleReceiveHandshake = receiveRule("handshake", "TLS that does not come about behind the 220 ends the connection",
		"RFC 8446 section 6.2; the sender may come back without", verify.Documented)
	ruleReceiveTLS = receiveRule("require-tls", "a sender that does not use TLS is refused",
		receiveConnector+": RequireTLS", verify.Documented)
	ruleReceive451 = receiveRule("451", "it is refused by 451",
		mustIssue, verify.Documented)
	ruleReceiveUnlisted = receiveRule("domain-secure/not-listed", "a sender whose domain is not on the list is taken as it comes",
		"Microsoft Learn, Set-TransportConfig: TLSReceiveDomainSecureList has the domains that must use mutual TLS", verify.Documented)
	ruleReceiveSecureTLS = receiveRule("domain-secure/no-tls", "a sender of a listed domain that does not use TLS is refused",
		event11012+"; "+domainSecure, verify.Documented)
	ruleReceiveMissing = receiveRule("domain-secure/no-certificate", "a sender of a listed domain that shows no certificate is refused",
		domainSecure, verify.Documented)
	ruleReceiveBad = receiveRule("domain-secure/unproven", "a sender of a listed domain whose certificate does not hold is refused",
		domainSecure, verify.Documented)
	ruleReceive530 = receiveRule("domain-secure/530", "it is refused at MAIL, by 530",
		"the reply was not found; 530 5.7.1 is what Exchange says to a client that is not authenticated", verify.Inferred)
)

// Which paths of client certificates hold.
var receivePath = connector.Path{
	PathRules: judge.PathRules{
		Trust: receiveRule("path/trust", "the chain must end in a trusted root",
			statuses, verify.Documented),
		Dates: receiveRule("path/dates", "every certificate of the chain must be within its dates",
			report+": mutual TLS checks the validity period", verify.Documented),
		Revoked: receiveRule("path/revoked", "no certificate of the chain may be revoked",
			report+": mutual TLS checks the revocation list of the issuer", verify.Documented),
		Offline: receiveRule("path/revocation-known", "a certificate fails of which nobody tells whether it is revoked",
			"Microsoft Learn, bb851505 (planning Domain Security): if the revocation check fails, authentication fails", verify.Documented),
		Usage: receiveRule("path/usage", "the certificate must be fit for a TLS client, and no key of the chain weak",
			"the status WrongUsage of Exchange; KB 2661254 for keys", verify.Recalled),
	},
	SHA1: receiveRule("path/sha1", "a SHA-1 signature is no fault",
		"Microsoft, Windows Enforcement of SHA1 Certificates, is about browsers", verify.Inferred),
	Issuers: connector.Reading{Rule: receiveRule("path/issuers-fetched", "intermediates that the sender does not show are fetched where its certificate says they are",
		"Windows does so when it builds a chain; that Exchange lets it is deduced", verify.Inferred), Yes: true},
	Source: connector.Reading{Rule: receiveRule("path/no-source", "a certificate passes that names no list and no responder",
		"deduced from the sentence that revocation lists are checked: there is none", verify.Inferred), Yes: true},
}

// Which names hold, and the other readings.
var (
	ruleReceiveNotFetched = receiveRule("path/issuers-not-fetched", "intermediates that the sender does not show are not fetched",
		"the other reading", verify.Inferred)
	ruleReceiveSourceRequired = receiveRule("path/source-required", "a certificate fails that names no list and no responder",
		"the other reading: for Windows its status is unknown, which is an error", verify.Inferred)
	ruleReceiveSAN = receiveRule("name/san", "a dNSName that matches the sender's domain proves it",
		event11015, verify.Documented)
	ruleReceiveCN = receiveRule("name/cn", "the common name, also beside dNSNames, proves the sender's domain if it matches it",
		event11015+": in the Subject or the Subject Alternative Name", verify.Documented)
	ruleReceiveSeveralCN = receiveRule("name/several-cn", "of several common names any will do",
		"not stated; the reading of all subject names", verify.Inferred)
	ruleReceiveOneLabel = receiveRule("name/one-label", "a star in a certificate stands for one label",
		certificates+": general advice, not a statement about transport", verify.Inferred)
	ruleReceiveManyLabels = receiveRule("name/many-labels", "a star in a certificate stands for one label or more",
		"the other reading", verify.Inferred)
	ruleReceiveNoBelow = receiveRule("name/no-subdomains", "a name below the sender's domain does not stand for it",
		event11015+" speaks of the name itself", verify.Inferred)
	ruleReceiveBelow = receiveRule("name/subdomains", "a name below the sender's domain stands for it",
		"the other reading", verify.Inferred)
)

// receiveRules lists them in the order in which a sender meets them.
func receiveRules() []*verify.Rule {
	return []*verify.Rule{ruleReceiveHandshake, ruleReceiveTLS, ruleReceive451,
		ruleReceiveUnlisted, ruleReceiveSecureTLS, ruleReceiveMissing, ruleReceiveBad, ruleReceive530,
		receivePath.Trust, receivePath.Issuers.Rule, ruleReceiveNotFetched, receivePath.Dates, receivePath.Revoked, receivePath.Offline,
		receivePath.Source.Rule, ruleReceiveSourceRequired, receivePath.Usage, receivePath.SHA1,
		ruleReceiveSAN, ruleReceiveCN, ruleReceiveSeveralCN, ruleReceiveOneLabel, ruleReceiveManyLabels, ruleReceiveNoBelow, ruleReceiveBelow}
}
