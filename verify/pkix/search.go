package pkix

import (
	"bytes"
	"crypto/x509"
	"slices"
	"time"
)

// A search walks from the leaf upwards, depth first, and keeps the best path.
type search struct {
	now        time.Time
	rules      Rules
	leaf       *node
	bySubject  map[string][]*node
	signatures int
	steps      int
	best       *candidate
}

// newSearch takes the certificates in the order in which they are to be
// preferred. An anchor that was also sent is an anchor.
func newSearch(leaf *x509.Certificate, sent [][]byte, anchors []*x509.Certificate, now time.Time, rules Rules) *search {
	s := &search{now: now, rules: rules, leaf: newNode(leaf), bySubject: map[string][]*node{}}
	seen := map[string]bool{string(leaf.Raw): true}
	for _, a := range anchors {
		switch {
		case a == nil || len(a.Raw) == 0:
			continue
		case bytes.Equal(a.Raw, leaf.Raw):
			s.leaf.anchor = s.rules.PartialChains || s.leaf.selfSigned()
			continue
		case seen[string(a.Raw)]:
			continue
		}
		seen[string(a.Raw)] = true
		n := newNode(a)
		n.anchor = s.rules.PartialChains || n.selfSigned()
		s.bySubject[string(a.RawSubject)] = append(s.bySubject[string(a.RawSubject)], n)
	}
	for _, der := range sent[:min(len(sent), maxSent)] {
		if seen[string(der)] {
			continue
		}
		seen[string(der)] = true
		c, err := x509.ParseCertificate(der)
		if err != nil {
			continue
		}
		s.bySubject[string(c.RawSubject)] = append(s.bySubject[string(c.RawSubject)], newNode(c))
	}
	return s
}

// extend goes on from n, to which the path below leads.
func (s *search) extend(below []*node, n *node) {
	path := append(slices.Clip(below), n)
	if n.anchor {
		s.offer(path, "")
		return
	}
	made, named := s.issuers(path)
	for _, issuer := range made {
		s.extend(path, issuer)
	}
	if len(made) > 0 {
		return
	}
	// Who is named as the issuer is shown, although its key did not sign.
	for _, issuer := range named {
		s.extend(path, issuer)
	}
	if len(named) > 0 {
		return
	}
	switch {
	case len(path) > 1:
		s.offer(path, UnknownCA)
	case n.selfSigned():
		s.offer(path, SelfSigned)
	default:
		s.offer(path, MissingIntermediate)
	}
}

// issuers gives the candidates for the issuer of the path's last node, best
// hint first: those whose key made the signature, and those that are named as
// the issuer and have no other key identifier.
func (s *search) issuers(path []*node) (made, named []*node) {
	n := path[len(path)-1]
	if len(path) >= maxDepth {
		return nil, nil
	}
	for fit := sameKey; fit <= otherKey; fit++ {
		// RFC 5280 section 6.1.3(a)(4): the issuer name is the subject name above.
		for _, c := range s.bySubject[string(n.cert.RawIssuer)] {
			if keyFit(n, c) != fit || slices.ContainsFunc(path, c.same) {
				continue
			}
			if s.steps == maxSteps {
				return made, nil
			}
			s.steps++
			switch {
			case s.signedBy(n, c):
				made = append(made, c)
			case fit != otherKey:
				named = append(named, c)
			}
		}
	}
	return made, named
}

// signedBy reports whether the issuer's key made the child's signature. Beyond
// the bound the answer is no.
func (s *search) signedBy(child, issuer *node) bool {
	if ok, known := child.signed[issuer]; known {
		return ok
	}
	if s.signatures == maxSignatures {
		return false
	}
	s.signatures++
	ok := signatureOK(child.cert, issuer.cert)
	if child.signed == nil {
		child.signed = map[*node]bool{}
	}
	child.signed[issuer] = ok
	return ok
}

// A candidate is a path that was found, with its faults not yet in words.
type candidate struct {
	nodes  []*node
	faults []Fault
	weight [4]int // faults of trust, dates and usage; certificates
}

func (s *search) offer(nodes []*node, end Kind) {
	c := &candidate{nodes: nodes, faults: s.faults(nodes, end)}
	for _, f := range c.faults {
		c.weight[class(f.Kind)]++
	}
	c.weight[3] = len(nodes)
	if s.best == nil || slices.Compare(c.weight[:], s.best.weight[:]) < 0 {
		s.best = c
	}
}

func class(k Kind) int {
	switch k {
	case Expired, NotYetValid:
		return 1
	case WeakSignature, WeakKey, CriticalExtension, Revoked, RevocationOffline, Usage:
		return 2
	}
	return 0
}

func (c *candidate) path(leaf *x509.Certificate) *Path {
	p := &Path{Leaf: leaf, Faults: c.faults}
	for _, n := range c.nodes {
		p.Certs = append(p.Certs, n.cert)
	}
	for i := range p.Faults {
		p.Faults[i].Subject = subject(p.Certs[p.Faults[i].Depth])
	}
	return p
}
