package exchange

import (
	"mxlab/verify"
	"mxlab/verify/connector"
)

// options lists every point that Microsoft's documents leave open, or that
// differs between versions.
func options() []verify.Option {
	return []verify.Option{
		option("refused-starttls", []string{"clear", "defer"}, "STARTTLS is offered and then refused: the mail goes in clear text on the same connection (recalled, weakly), or the attempt fails", "opportunistic"),
		option("after220", []string{"defer", "clear"}, "TLS fails after the 220: the attempt fails (documented for weak hashes, else inferred), or the mail goes in clear text over a new connection", "opportunistic"),
		option("tls", []string{"1.2", "1.0"}, "the lowest TLS version that is offered: 1.2 as Exchange 2019 is installed, 1.0 as Schannel had it in the days of Exchange 2013", encrypting()...),
		option("highest-tls", []string{"1.2", "1.3"}, "the highest TLS version that is offered: Exchange does not support 1.3 (HealthChecker)", encrypting()...),
		option("ciphers", []string{"2016", "2012-r2"}, "the cipher suites that Schannel offers: those of Windows Server 2016 and newer, or of 2012 R2, which has none with ECDHE, RSA and AES-GCM (Microsoft, TLS changes in Windows Server 2016)", encrypting()...),
		option("sni", []string{"none", "host"}, "no server name is sent (recalled, weakly), or the name of the MX host or smart host that is connected to", encrypting()...),
		{Name: "tls-domain", Values: []string{"none"}, Form: "NAME", Free: connector.CheckTLSDomain, Settings: []string{"domain-validation"},
			Text: "the TlsDomain of the connector, which takes the place of the recipient's domain; *.NAME stands for every name below NAME (recalled)"},
		option("cert-wildcard", []string{"one-label", "multi-level"}, "a star in a certificate stands for one label, as Microsoft's page on certificates has it, or for several", naming()...),
		option("subdomains", []string{"no", "yes"}, "a name below the domain does not stand for it, or does: nothing was found (inferred)", "domain-security"),
		option("aia", []string{"yes", "no"}, "intermediates that the host does not send are fetched where the certificate says they are, as Windows does (inferred), or are not", checking()...),
		option("revocation-offline", []string{"fail", "ignore"}, "a certificate of which nobody tells whether it is revoked fails (documented for Domain Security, else inferred), or passes", checking()...),
		option("revocation-source", []string{"optional", "required"}, "a certificate that names no list and no responder passes (inferred), or fails", checking()...),
		option("verb", []string{"x-anonymoustls", "starttls"}, "the verb that opens TLS between servers of one organisation", "direct-trust"),
		option("retry", []string{"15m", "5m"}, "the MessageRetryInterval, after which a message is tried again that a host refused for now: Microsoft's pages disagree", all()...),
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

// checking gives the names of the settings that check the certificate.
func checking() (names []string) {
	for _, s := range settings() {
		if s.Check == connector.Chain || s.Check == connector.Names {
			names = append(names, s.Name)
		}
	}
	return names
}

// naming gives the names of the settings that compare names.
func naming() (names []string) {
	for _, s := range settings() {
		if s.Check == connector.Names {
			names = append(names, s.Name)
		}
	}
	return names
}

// encrypting gives the names of the settings that use TLS.
func encrypting() (names []string) {
	for _, s := range settings() {
		if s.Ignore == nil {
			names = append(names, s.Name)
		}
	}
	return names
}
