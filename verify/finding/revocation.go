package finding

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mxlab/verify"
	"mxlab/verify/pkix"
)

var (
	revoked = &Kind{"certificate-revoked", High, "a certificate of the chain has been revoked by the authority that issued it",
		"recipient's end: install a new certificate, with a new key if the old one was lost"}
	revocationUnknown = &Kind{"revocation-unknown", Low, "nobody can tell whether a certificate of the chain is revoked, so that senders that insist do not deliver",
		"recipient's end: tell the authority that its lists and responders cannot be reached; sender's end: see whether a firewall is in the way"}
	stapleMissing = &Kind{"staple-missing", Medium, "the certificate demands that the host send an OCSP answer along, and it sends none (RFC 7633)",
		"recipient's end: switch OCSP stapling on, or have the certificate issued without that demand"}
)

// revocationRules ask whoever may know, and hold nothing against a certificate of
// which nobody does. The time is that of Windows.
func revocationRules() verify.RevocationRules {
	return verify.RevocationRules{Staple: true, OCSP: true, CRL: true, MustStaple: true, Soft: true, Within: 20 * time.Second}
}

// revocation looks whether the certificates of a path are revoked.
func (l *look) revocation(s *verify.Session, path *pkix.Path) {
	r, needs := l.ev.Revocation(s.TLS, path, revocationRules())
	l.needs = append(l.needs, needs...)
	if len(needs) > 0 {
		return
	}
	// The rules hold nothing else against a certificate of which nobody tells.
	missing := slices.ContainsFunc(r.Path.Faults, func(f pkix.Fault) bool { return f.Kind == pkix.RevocationOffline })
	if missing {
		l.note(stapleMissing, "")
	}
	for depth := range path.Certs {
		if missing && depth == 0 {
			continue
		}
		known, unknown := false, []string(nil)
		for _, f := range r.Found {
			switch {
			case f.Depth != depth:
			case f.Status.State == pkix.StateRevoked:
				l.note(revoked, "%s, %s", depthText(depth), source(f))
				l.found[len(l.found)-1].Moment = f.Status.At.UTC().Format("on 2006-01-02 15:04 MST")
				known = true
			case f.Status.State == pkix.StateGood:
				known = true
			case f.From != "":
				unknown = append(unknown, source(f)+": "+f.Why)
			}
		}
		if !known && len(unknown) > 0 {
			l.note(revocationUnknown, "%s, %s", depthText(depth), strings.Join(unknown, ", "))
		}
	}
}

// source names who told something about a certificate.
func source(f verify.Finding) string { return strings.TrimSpace(fmt.Sprintf("%s %s", f.From, f.URL)) }
