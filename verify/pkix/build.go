package pkix

import (
	"crypto/x509"
	"time"
)

// Build finds the path from the first certificate of a presented chain (DER,
// as sent) to one of the anchors, and lists everything wrong with it at a time.
func Build(chain [][]byte, anchors []*x509.Certificate, now time.Time, rules Rules) *Path {
	panic("being written")
}
