package pkix

import "crypto/x509"

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
// not trusted, dates, revoked, usage.
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
	Usage               Kind = "wrong-usage" // extended key usage without serverAuth, or key usage without what TLS needs
)

// Kinds lists the closed set in that order.
func Kinds() []Kind {
	return []Kind{Unparsable, SelfSigned, MissingIntermediate, UnknownCA, BadSignature, WeakSignature, WeakKey,
		NotCA, PathLength, NameConstraints, CriticalExtension, Expired, NotYetValid, Revoked, Usage}
}
