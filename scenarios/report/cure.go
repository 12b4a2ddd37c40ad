package report

import (
	"crypto/x509"
	"fmt"
	"strings"

	"mxlab/scenarios"
	"mxlab/verify"
)

// A cure is what can be changed at a sender's end, in the words of its product.
// What cannot be changed there is empty.
type cure struct {
	insist   string // keeps mail from going in clear text
	relax    string // lets it
	trust    string // makes the sender trust a root
	versions string // makes it offer an older version of TLS
	expect   string // makes it look for another name, which follows
}

// cureOf gives that of a mode's product.
func cureOf(mode string) cure {
	product, setting, _ := strings.Cut(mode, "/")
	if strings.HasPrefix(setting, "direct-trust") {
		return cure{} // the directory decides, and no connector
	}
	return map[string]cure{
		"esa": {
			insist:   "a Required setting",
			relax:    "a Preferred setting",
			trust:    "add it to the custom list of authorities",
			versions: "allow the older version (option tls)",
		},
		"exchange": {
			insist:   "Set-SendConnector -RequireTLS $true",
			relax:    "Set-SendConnector -RequireTLS $false",
			trust:    "import it into the Trusted Root Certification Authorities of the computer",
			versions: "switch the older version on for clients, in the registry (Schannel)",
			expect:   "Set-SendConnector -TlsAuthLevel DomainValidation -TlsDomain",
		},
		"exo": {
			insist: "Set-OutboundConnector -TlsSettings EncryptionOnly",
			relax:  "Set-OutboundConnector -TlsSettings $null",
			expect: "Set-OutboundConnector -TlsSettings DomainValidation -TlsDomain",
		},
	}[product]
}

// settingOf finds the setting of a mode.
func settingOf(mode string) verify.Setting {
	for _, p := range scenarios.Products() {
		if s, ok := p.SettingOf(mode); ok {
			return s
		}
	}
	return verify.Setting{}
}

// presentedName finds a name for the sender to expect: that of the host if its
// certificate has it, or else the first that the certificate has.
func presentedName(a verify.Assessment, m verify.Assessed, hop verify.Hop) string {
	leaf := shownLeaf(a, m, hop)
	if leaf == nil {
		return ""
	}
	names := leaf.DNSNames
	if len(names) == 0 && leaf.Subject.CommonName != "" {
		names = []string{leaf.Subject.CommonName}
	}
	if _, why := verify.MatchAny(names, hop.Host, verify.WholeLabel); why == "" {
		return hop.Host
	}
	for _, name := range names {
		if bare := strings.TrimPrefix(name, "*."); verify.MatchName(bare, bare, verify.WholeLabel) == "" {
			return name
		}
	}
	return ""
}

// shownLeaf is the certificate that the host shows to the mode; nil if it shows
// none that can be read.
func shownLeaf(a verify.Assessment, m verify.Assessed, hop verify.Hop) *x509.Certificate {
	s, _ := a.Evidence.At(hop).Session(m.Policy.Hello())
	if s == nil || s.TLS == nil || len(s.TLS.Chain) == 0 {
		return nil
	}
	leaf, err := x509.ParseCertificate(s.TLS.Chain[0])
	if err != nil {
		return nil
	}
	return leaf
}

// senders is a part of an advice for the sender's end, if there is something to
// do; when says on what condition.
func senders(when, what string) string {
	if what == "" {
		return ""
	}
	return fmt.Sprintf("; sender's end%s: %s", when, what)
}
