package pkix

import (
	"bytes"
	"crypto/x509"
	"time"
)

// The bounds of a search, so that a hostile host costs no more than an honest
// one with a long chain. crypto/x509 stops at 100 signatures too.
const (
	maxSent       = 256  // certificates behind the leaf that are looked at
	maxSignatures = 100  // signatures checked
	maxSteps      = 1000 // candidates tried, over all paths
	maxDepth      = 20   // certificates of one path
)

// Build finds the best path from the first certificate of a presented chain
// (DER, as sent) to one of the anchors, and lists everything that is wrong with
// it at a time. All certificates of the chain are used, in whatever order they
// came; those that cannot be parsed and those that do not belong are passed
// over. Build never returns nil. The certificates of the path are the caller's
// anchors and newly parsed ones; it keeps nothing and changes nothing.
//
// Of several paths the one with the fewest faults of trust is taken, then of
// dates, then of usage; among equals the shorter, then the one found first.
// Candidates are tried in the order of their key identifiers' fit; among equals
// anchors come first, then the certificates as sent.
func Build(chain [][]byte, anchors []*x509.Certificate, now time.Time, rules Rules) *Path {
	if len(chain) == 0 {
		return &Path{Faults: []Fault{{Kind: Unparsable}}}
	}
	leaf, err := x509.ParseCertificate(chain[0])
	if err != nil {
		return &Path{Faults: []Fault{{Kind: Unparsable}}}
	}
	s := newSearch(leaf, chain[1:], anchors, now, rules)
	s.extend(nil, s.leaf)
	return s.best.path(leaf)
}

// A node is one certificate that may stand in a path.
type node struct {
	cert      *x509.Certificate
	anchor    bool // a path may end here
	looped    bool // subject and issuer are the same: self-issued
	signed    map[*node]bool
	permitted map[*node]bool // whether the names of another node are within this one's constraints
}

func newNode(c *x509.Certificate) *node {
	return &node{cert: c, looped: bytes.Equal(c.RawSubject, c.RawIssuer)}
}

// selfSigned tells by names and key identifiers, without the signature.
func (n *node) selfSigned() bool { return n.looped && keyFit(n, n) != otherKey }

// same reports whether two nodes are one authority in two certificates: a path
// that holds both would go round in a circle (RFC 5280 section 6.1: a
// certificate appears once).
func (n *node) same(o *node) bool {
	return bytes.Equal(n.cert.RawSubject, o.cert.RawSubject) &&
		bytes.Equal(n.cert.RawSubjectPublicKeyInfo, o.cert.RawSubjectPublicKeyInfo)
}

// How well the key identifiers of a child and a candidate issuer fit: a hint,
// never a proof (RFC 5280 section 4.2.1.1).
const (
	sameKey = iota
	unknownKey
	otherKey
)

func keyFit(child, issuer *node) int {
	aki, ski := child.cert.AuthorityKeyId, issuer.cert.SubjectKeyId
	switch {
	case len(aki) == 0 || len(ski) == 0:
		return unknownKey
	case bytes.Equal(aki, ski):
		return sameKey
	}
	return otherKey
}
