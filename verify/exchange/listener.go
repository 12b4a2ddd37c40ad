package exchange

import (
	"sync"

	"mxlab/verify"
	"mxlab/verify/connector"
)

// Receiver gives the settings of a Receive connector, their options and rules.
// What it holds is shared, and not to be changed.
func Receiver() verify.Receiver {
	return verify.Receiver{Product: receiver().Product, Listen: func(setting string, options map[string]string) (verify.Listener, error) {
		return receiver().Listen(setting, options)
	}}
}

// The settings of a Receive connector.
const (
	receiveRequireTLS   = "receive-require-tls"
	receiveDomainSecure = "receive-domain-secure"
)

// receiver is made once.
var receiver = sync.OnceValue(func() *connector.Receiver {
	secure := []string{receiveDomainSecure}
	r := &connector.Receiver{
		Product: verify.Product{Name: "exchange", Title: "Microsoft Exchange Server: Receive connectors, Set-ReceiveConnector",
			Options: []verify.Option{
				{Name: "domains", Values: []string{"sender"}, Form: "DOMAIN,...", Free: verify.CheckDomains, Settings: secure,
					Text: "TLSReceiveDomainSecureList: the sender's domain is on it, or these domains are"},
				option("cert-wildcard", []string{"one-label", "multi-level"}, "a star in a certificate stands for one label, or for several", secure...),
				option("subdomains", []string{"no", "yes"}, "a name below the sender's domain does not stand for it, or does: nothing was found (inferred)", secure...),
				option("aia", []string{"yes", "no"}, "intermediates that the sender does not show are fetched where its certificate says they are (inferred), or are not", secure...),
				option("revocation-source", []string{"optional", "required"}, "a certificate that names no list and no responder passes (inferred), or fails", secure...),
			},
			Rules: receiveRules()},
		Settings:  entrances(),
		Handshake: ruleReceiveHandshake,
		Chosen: func(e *connector.Entrance, option func(string) string) {
			if option("cert-wildcard") == "multi-level" {
				e.Identity.Labels = connector.Reading{Rule: ruleReceiveManyLabels, Yes: true}
			}
			if option("subdomains") == "yes" {
				e.Identity.Below = connector.Reading{Rule: ruleReceiveBelow, Yes: true}
			}
			if option("aia") == "no" {
				e.Path.Issuers = connector.Reading{Rule: ruleReceiveNotFetched}
			}
			if option("revocation-source") == "required" {
				e.Path.Source = connector.Reading{Rule: ruleReceiveSourceRequired}
			}
		},
	}
	for _, e := range r.Settings {
		r.Product.Settings = append(r.Product.Settings, e.Setting)
	}
	return r
})

// entrances gives the settings.
func entrances() []connector.Entrance {
	return []connector.Entrance{
		{
			Setting: verify.Setting{Name: receiveRequireTLS, Menu: "RequireTLS $true", Summary: "a sender is taken over TLS only"},
			TLS:     ruleReceiveTLS,
			Refusal: connector.Refusal{Rule: ruleReceive451, Code: 451, NoTLS: verify.Saying{Text: "451 5.7.3 Must issue a STARTTLS command first",
				Source: mustIssue, Certainty: verify.Documented}},
		},
		{
			Setting: verify.Setting{Name: receiveDomainSecure, Menu: "DomainSecureEnabled $true, the domain in TLSReceiveDomainSecureList",
				Summary: "a sender of a listed domain is taken over mutual TLS only: its certificate must hold, nothing in its chain be revoked, and a name in it be the domain; others are taken as they come"},
			Unlisted: ruleReceiveUnlisted, TLS: ruleReceiveSecureTLS, Missing: ruleReceiveMissing, Bad: ruleReceiveBad,
			Refusal: connector.Refusal{Rule: ruleReceive530, Code: 530,
				NoTLS: verify.Saying{Text: "MSExchangeTransport 11012: a message from a domain-secured domain could not be authenticated because the server did not use Transport Layer Security (TLS)",
					Source: event11012, Certainty: verify.Documented},
				NoName: verify.Saying{Text: "MSExchangeTransport 11015: a message from a domain-secured domain failed to authenticate because the Transport Layer Security (TLS) certificate does not contain the domain name",
					Source: event11015, Certainty: verify.Documented}},
			Path: receivePath,
			Identity: connector.Identity{Kind: verify.RefDomain, SAN: ruleReceiveSAN, CN: ruleReceiveCN, Beside: ruleReceiveCN, SeveralCN: ruleReceiveSeveralCN,
				Labels: connector.Reading{Rule: ruleReceiveOneLabel}, Below: connector.Reading{Rule: ruleReceiveNoBelow}},
		},
	}
}
