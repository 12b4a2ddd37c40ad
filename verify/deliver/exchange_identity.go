package deliver

import (
	"context"
	"crypto/x509"
	"slices"
	"strings"

	"mxlab/verify"
	"mxlab/verify/connector"
	"mxlab/verify/judge"
	"mxlab/verify/pkix"
)

// validates is TlsAuthLevel, or TlsSettings, or Domain Security.
func (t exchangeTactics) validates() bool {
	return t.setting == "certificate-validation" || t.comparesNames()
}

func (t exchangeTactics) comparesNames() bool {
	return t.setting == "domain-validation" || t.setting == "domain-security"
}

// validate checks the certificate as far as the connector does. It returns no
// reason if it holds, and then, where names are compared, the match.
func (t exchangeTactics) validate(ctx context.Context, s *Sender, shown *verify.TLS, domain string) (verify.Reason, verify.Detail, string) {
	var path *pkix.Path
	if t.online || t.option("aia") == "no" {
		path = s.Paths.Build(shown.Chain, s.Anchors, s.Client.Now(), t.library)
	} else {
		path = s.completed(ctx, shown.Chain, t.library)
	}
	path = s.revocation(ctx, path, shown.Staple, verify.CryptoAPI())
	faults := slices.DeleteFunc(slices.Clone(path.Faults), func(f pkix.Fault) bool { return t.overlooks(path, f) })
	if len(faults) > 0 {
		reason, detail := verify.PathReason(&pkix.Path{Faults: faults})
		return reason, detail, ""
	}
	if !t.comparesNames() {
		return "", "", ""
	}
	if match := t.knownAs(path.Leaf, domain); match != "" {
		return "", "", match
	}
	return verify.CertificateHostMismatch, "", ""
}

// overlooks tells which faults the connector passes over: only that nobody tells
// whether a certificate is revoked.
func (t exchangeTactics) overlooks(path *pkix.Path, f pkix.Fault) bool {
	if f.Kind != pkix.RevocationOffline {
		return false
	}
	c := path.Certs[f.Depth]
	if len(pkix.Points(c)) == 0 && len(pkix.Responders(c)) == 0 {
		return t.option("revocation-source") != "required"
	}
	return t.option("revocation-offline") == "ignore"
}

// knownAs compares the subject names, all of them, with what the connector is
// set to, or with the recipient's domain. Exchange Online has nothing to compare
// with unless it is set.
func (t exchangeTactics) knownAs(leaf *x509.Certificate, domain string) string {
	names := slices.Concat(leaf.DNSNames, judge.CommonNames(leaf))
	how := connector.Matching{ManyLabels: t.option("cert-wildcard") == "multi-level", Below: t.option("subdomains") == "yes"}
	kind, reference := "domain ", domain
	if set := t.option("tls-domain"); set != "" && set != "none" {
		kind, reference = "tls-domain ", strings.ToLower(set)
	} else if t.online {
		return ""
	}
	if _, why := how.Any(names, reference); why != "" {
		return ""
	}
	return kind + reference
}
