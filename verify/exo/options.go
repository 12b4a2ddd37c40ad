package exo

import (
	"mxlab/verify"
	"mxlab/verify/connector"
)

// options lists every point that Microsoft's documents leave open.
func options() []verify.Option {
	return []verify.Option{
		option("refused-starttls", []string{"clear", "defer"}, "STARTTLS is offered and then refused: the mail goes in clear text on the same connection (inferred), or the attempt fails", "opportunistic"),
		option("after220", []string{"defer", "clear"}, "TLS fails after the 220: the attempt fails (inferred), or the mail goes in clear text over a new connection", "opportunistic"),
		option("highest-tls", []string{"1.3", "1.2"}, "the highest TLS version that is offered: documented is that it is the best that both sides know, but not which that is (1.3 recalled, weakly)", all()...),
		option("sni", []string{"host", "none"}, "the name of the MX host or smart host is sent, as RFC 8461 section 7.1 and RFC 7672 section 8.1 ask of a sender that obeys them (inferred), or none", all()...),
		{Name: "tls-domain", Values: []string{"none"}, Form: "NAME", Free: connector.CheckTLSDomain, Settings: []string{"domain-validation"},
			Text: "the TlsDomain of the connector, with which alone names are compared; *.NAME stands for every name below NAME"},
		option("cert-wildcard", []string{"one-label", "multi-level"}, "a star in a certificate stands for one label (inferred), or for several", "domain-validation"),
		option("revocation-offline", []string{"fail", "ignore"}, "a certificate of which nobody tells whether it is revoked fails (inferred), or passes", "certificate-validation", "domain-validation"),
		option("revocation-source", []string{"optional", "required"}, "a certificate that names no list and no responder passes (inferred), or fails", "certificate-validation", "domain-validation"),
	}
}

func option(name string, values []string, text string, settings ...string) verify.Option {
	return verify.Option{Name: name, Values: values, Text: text, Settings: settings}
}

// all gives the names of all settings.
func all() (names []string) {
	for _, s := range settings() {
		names = append(names, s.Name)
	}
	return names
}
