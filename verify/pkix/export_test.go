package pkix

import (
	"crypto/x509"
	"time"
)

// The bounds, for the tests of what a search costs.
const (
	MaxSent       = maxSent
	MaxSignatures = maxSignatures
	MaxSteps      = maxSteps
	MaxDepth      = maxDepth
)

// Effort gives the candidates tried and the signatures checked by Build.
func Effort(chain [][]byte, anchors []*x509.Certificate, now time.Time, rules Rules) (steps, signatures int) {
	leaf, err := x509.ParseCertificate(chain[0])
	if err != nil {
		return 0, 0
	}
	s := newSearch(leaf, chain[1:], anchors, now, rules)
	s.extend(nil, s.leaf)
	return s.steps, s.signatures
}
