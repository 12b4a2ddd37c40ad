package finding

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"

	"mxlab/verify"
	"mxlab/verify/pkix"
)

var (
	unreadable = &Kind{"certificate-unreadable", High, "the certificate cannot be read",
		"recipient's end: have it issued anew"}
	selfSigned = &Kind{"certificate-self-signed", High, "the certificate is signed by its own key, so that it proves nothing",
		"recipient's end: install a certificate of a public authority"}
	intermediateMissing = &Kind{"intermediate-missing", High, "the host does not send the certificate of the authority that issued its own",
		"recipient's end: install the intermediate certificate together with the host's"}
	notTrusted = &Kind{"certificate-not-trusted", High, "the certificate leads to no trusted authority",
		"recipient's end: install a certificate of a public authority; sender's end, if the authority is known to you: add its root to the trusted ones"}
	chainBroken = &Kind{"chain-broken", High, "a certificate of the chain does not fit the one above it, or forbids it",
		"recipient's end: have the certificate issued anew, and install it with the chain that came with it"}
	expired = &Kind{"certificate-expired", High, "a certificate of the chain has expired",
		"recipient's end: renew it, and load it into the running server"}
	notYetValid = &Kind{"certificate-not-yet-valid", High, "a certificate of the chain is not valid yet",
		"recipient's end: check the clocks; install one that is valid"}
	expiresSoon = &Kind{"certificate-expires-soon", Medium, "a certificate of the chain expires within 14 days",
		"recipient's end: renew it, and see why it was not renewed by itself"}
	wrongUsage = &Kind{"certificate-wrong-usage", High, "the certificate may not be used by a TLS server",
		"recipient's end: have it issued anew with serverAuth among its extended key usages"}
	nameMismatch = &Kind{"certificate-name-mismatch", High, "the certificate has not the name of the MX record, so that mail is encrypted but the host is not verified",
		"recipient's end: have it issued with the MX name among its dNSNames, or name the host in the MX record as the certificate does"}
	nameOnlyInCN = &Kind{"certificate-name-only-in-cn", Medium, "the name of the MX record stands in the common name only, where new software does not look (RFC 9525)",
		"recipient's end: have the certificate issued with the name among its dNSNames"}
	weakKey = &Kind{"key-weak", Medium, "an RSA key of the chain has fewer than 2048 bits",
		"recipient's end: have the certificate issued for a key of 2048 bits or for one on P-256"}
	weakSignature = &Kind{"signature-weak", Medium, "a certificate of the chain is signed with SHA-1 or MD5",
		"recipient's end: have it issued anew with SHA-256"}
	chainDisordered = &Kind{"chain-disordered", Low, "the chain is not in order: each certificate has to be followed by the one that issued it (RFC 5246 section 7.4.2)",
		"recipient's end: sort the file with the chain"}
	chainSuperfluous = &Kind{"chain-superfluous", Info, "the host sends certificates that nobody needs, such as the root",
		"recipient's end: take them out of the file with the chain"}
)

func certificateKinds() []*Kind {
	return []*Kind{unreadable, selfSigned, intermediateMissing, notTrusted, chainBroken, expired, notYetValid, expiresSoon, wrongUsage,
		revoked, revocationUnknown, stapleMissing, nameMismatch, nameOnlyInCN, weakKey, weakSignature, chainDisordered, chainSuperfluous}
}

// soon is how long before its end a certificate should have been renewed: those
// that renew themselves do so a month before, or with a third of their life left.
const soon = 14 * 24 * time.Hour

// of gives the kind of finding that a fault of a path is.
func of(k pkix.Kind) *Kind {
	switch k {
	case pkix.Unparsable:
		return unreadable
	case pkix.SelfSigned:
		return selfSigned
	case pkix.MissingIntermediate:
		return intermediateMissing
	case pkix.UnknownCA:
		return notTrusted
	case pkix.Expired:
		return expired
	case pkix.NotYetValid:
		return notYetValid
	case pkix.Usage:
		return wrongUsage
	case pkix.WeakKey:
		return weakKey
	case pkix.WeakSignature:
		return weakSignature
	}
	return chainBroken
}

// Path gives the certificate path of a session, under the strict rules that
// findings go by.
func Path(ev verify.Evidence, s *verify.Session) *pkix.Path { return ev.Path(s, pkix.OpenSSL(2)) }

// certificate looks at the chain that was shown.
func (l *look) certificate(s *verify.Session) {
	path := Path(l.ev, s)
	for _, f := range path.Faults {
		k := of(f.Kind)
		detail := depthText(f.Depth)
		if k == chainBroken {
			detail = fmt.Sprintf("%s at %s", f.Kind, detail)
		}
		l.note(k, "%s", detail)
		if (k == expired || k == notYetValid) && f.Depth < len(path.Certs) {
			l.found[len(l.found)-1].Moment = validity(path.Certs[f.Depth])
		}
	}
	if path.Leaf == nil {
		return
	}
	for i, c := range path.Certs {
		if left := c.NotAfter.Sub(l.ev.Now); left >= 0 && left < soon {
			l.note(expiresSoon, "%s", depthText(i))
			l.found[len(l.found)-1].Moment = validity(c)
		}
	}
	if why := NameMismatch(path.Leaf, l.ev.Hop.Host); why != "" {
		if _, cn := verify.MatchAny([]string{path.Leaf.Subject.CommonName}, l.ev.Hop.Host, verify.WholeLabel); cn == "" && len(path.Leaf.DNSNames) == 0 {
			l.note(nameOnlyInCN, "CN %s", path.Leaf.Subject.CommonName)
		} else {
			l.note(nameMismatch, "%s", why)
		}
	}
	if verify.PathFaults(path, verify.PathTrust) == "" {
		l.order(s.TLS.Chain, path)
		l.revocation(s, path)
	}
}

// NameMismatch says why a certificate does not prove a host's name: its
// dNSNames, and why none of them fits; empty if one does. RFC 9525 section 6.3.
func NameMismatch(leaf *x509.Certificate, host string) string {
	_, why := verify.MatchAny(leaf.DNSNames, host, verify.WholeLabel)
	switch {
	case why == "":
		return ""
	case len(leaf.DNSNames) == 0 && leaf.Subject.CommonName != "":
		return "no dNSName, CN " + clip(leaf.Subject.CommonName)
	case len(leaf.DNSNames) == 0:
		return "no name"
	}
	const most = 4
	var shown []string
	for _, name := range leaf.DNSNames[:min(most, len(leaf.DNSNames))] {
		shown = append(shown, clip(name))
	}
	names := strings.Join(shown, ", ")
	if more := len(leaf.DNSNames) - most; more > 0 {
		names += fmt.Sprintf(", and %d more", more)
	}
	return fmt.Sprintf("SAN %s: %s", names, why)
}

// clip shortens a name that no host has: RFC 1035 section 2.3.4, 253 octets.
func clip(name string) string {
	const most = 253
	if len(name) > most {
		return strings.ToValidUTF8(name[:most], "") + "..."
	}
	return name
}

// order looks whether the chain is as it should be sent: what the path has,
// without its anchor, in the order of the path.
func (l *look) order(chain [][]byte, path *pkix.Path) {
	var needed, sent [][]byte
	for _, c := range path.Certs[:max(1, len(path.Certs)-1)] {
		needed = append(needed, c.Raw)
	}
	same := func(a []byte) func([]byte) bool { return func(b []byte) bool { return bytes.Equal(a, b) } }
	for _, der := range chain {
		if slices.ContainsFunc(needed, same(der)) && !slices.ContainsFunc(sent, same(der)) {
			sent = append(sent, der)
		}
	}
	if extra := len(chain) - len(sent); extra > 0 {
		l.note(chainSuperfluous, "%d of %d", extra, len(chain))
	}
	if len(sent) == len(needed) && !slices.EqualFunc(sent, needed, bytes.Equal) {
		l.note(chainDisordered, "")
	}
}

// depthText names a certificate by its place in the path.
func depthText(depth int) string {
	if depth == 0 {
		return "the host's own"
	}
	return fmt.Sprintf("issuer %d", depth)
}

func validity(c *x509.Certificate) string {
	const day = "2006-01-02 15:04 MST"
	return "from " + c.NotBefore.UTC().Format(day) + " until " + c.NotAfter.UTC().Format(day)
}
