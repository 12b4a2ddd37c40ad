package pki

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
)

// A Certificate is what a host holds.
type Certificate struct {
	Label string
	Leaf  *x509.Certificate // nil if crypto/x509 cannot parse it, as with serial=negative
	Sent  [][]byte          // in DER, as the host sends it: leaf first
	Key   crypto.Signer     // an *ecdsa.PrivateKey, *rsa.PrivateKey or ed25519.PrivateKey
}

// TLS returns the certificate as crypto/tls takes it, without the OCSP answer
// that [Lab.Staple] gives.
func (c *Certificate) TLS() tls.Certificate {
	return tls.Certificate{Certificate: c.Sent, PrivateKey: c.Key, Leaf: c.Leaf}
}
