package pkix

import (
	"bytes"
	"crypto/x509"
	"slices"
)

// A Path is the way from a host's certificate towards a trust anchor, with
// everything that is wrong with it. The certificates are shared and not to be
// changed.
type Path struct {
	Leaf   *x509.Certificate   // nil if it could not be parsed
	Certs  []*x509.Certificate // the leaf, then each issuer as far as one was found; the anchor last if one was reached
	Faults []Fault             // nearest the leaf first; none means that the path is valid
}

// OK reports whether the path is valid under the rules it was built with.
func (p *Path) OK() bool { return len(p.Faults) == 0 }

// WantsIssuer gives the last certificate of a path that ends before a trust
// anchor because nobody has its issuer; nil for any other path. One that is its
// own issuer wants none.
func (p *Path) WantsIssuer() *x509.Certificate {
	last := len(p.Certs) - 1
	for _, f := range p.Faults {
		if (f.Kind == MissingIntermediate || f.Kind == UnknownCA) && f.Depth == last && !bytes.Equal(p.Certs[last].RawSubject, p.Certs[last].RawIssuer) {
			return p.Certs[last]
		}
	}
	return nil
}

// A Fault is one thing that is wrong with a path.
type Fault struct {
	Kind    Kind
	Depth   int    // which certificate of Path.Certs; 0 is the leaf
	Subject string // of that certificate, for a person, on one line; its first dNSName if it has no subject
}

// A Kind is one way in which a path can be wrong: a closed list of words, the
// details of a verdict's reason.
type Kind string

// The kinds of faults, in the order in which a sender's reason takes them:
// not trusted, dates, revoked, usage. Build never finds the two of revocation.
const (
	Unparsable          Kind = "unparsable"           // the leaf is not a certificate, or nothing was sent
	SelfSigned          Kind = "self-signed"          // the leaf is its own issuer by names and key identifiers, and no anchor
	MissingIntermediate Kind = "missing-intermediate" // the leaf's issuer was neither sent nor trusted
	UnknownCA           Kind = "unknown-ca"           // behind the leaf the path goes on, but not to an anchor
	BadSignature        Kind = "bad-signature"        // the issuer named has another key, or the algorithm is not supported
	WeakSignature       Kind = "weak-signature"       // MD5 or SHA-1, where the rules refuse it
	WeakKey             Kind = "weak-key"             // shorter than the rules allow
	NotCA               Kind = "not-a-ca"             // an issuer without basicConstraints cA, or with a keyUsage without keyCertSign
	PathLength          Kind = "path-length"          // at the issuer which allows fewer intermediates, self-issued ones not counted
	NameConstraints     Kind = "name-constraints"     // at the certificate with a name outside of what an issuer above it permits
	CriticalExtension   Kind = "critical-extension"   // one that is critical and not known
	Expired             Kind = "expired"
	NotYetValid         Kind = "not-yet-valid"
	Revoked             Kind = "revoked"
	RevocationOffline   Kind = "revocation-offline" // nothing at hand tells whether the certificate is revoked
	Usage               Kind = "wrong-usage"        // extended key usage without serverAuth, or clientAuth for a client, or key usage without what TLS needs
)

// Kinds lists the closed set in that order.
func Kinds() []Kind {
	return []Kind{Unparsable, SelfSigned, MissingIntermediate, UnknownCA, BadSignature, WeakSignature, WeakKey,
		NotCA, PathLength, NameConstraints, CriticalExtension, Expired, NotYetValid, Revoked, RevocationOffline, Usage}
}

// With gives the path with more faults, which are put in their place and get the
// subject of their certificate. The path itself is not changed.
func (p *Path) With(faults ...Fault) *Path {
	q := *p
	q.Faults = slices.Concat(p.Faults, faults)
	for i := range q.Faults {
		if f := &q.Faults[i]; f.Subject == "" && f.Depth < len(q.Certs) {
			f.Subject = subject(q.Certs[f.Depth])
		}
	}
	sortFaults(q.Faults)
	return &q
}
