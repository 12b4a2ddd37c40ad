package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"fmt"
	"io"
)

// newKey gives the key of a label: always the same one.
func newKey(label string, typ KeyType) (crypto.Signer, error) {
	switch typ {
	case P256:
		return newP256(label)
	case RSA2048:
		return newRSA(label)
	}
	return nil, fmt.Errorf("make the key of %s: unknown kind %q", label, typ)
}

// derive gives n bytes that follow from a label and a purpose.
func derive(label, purpose string, n int) ([]byte, error) {
	secret := []byte("mxlab: public test keys, trust nothing that they sign")
	return hkdf.Key(sha256.New, secret, nil, fmt.Sprintf("%s of %q", purpose, label), n)
}

func newP256(label string) (crypto.Signer, error) {
	// A value that is not below the order of the curve is no key; that is one
	// in 2^32, and the next one is taken.
	for try := 0; ; try++ {
		raw, err := derive(label, fmt.Sprintf("p256 key %d", try), 32)
		if err != nil {
			return nil, fmt.Errorf("derive the key of %s: %w", label, err)
		}
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
		if err == nil {
			return key, nil
		}
		if try == 8 {
			return nil, fmt.Errorf("derive the key of %s: %w", label, err)
		}
	}
}

// rsaKeys holds four keys, in PEM. An RSA key cannot be derived: crypto/rsa
// takes its primes from the system's randomness.
//
//go:embed rsa2048.pem
var rsaKeys []byte

// newRSA picks the key of a label. Two labels may share one.
func newRSA(label string) (crypto.Signer, error) {
	pick, err := derive(label, "rsa key", 1)
	if err != nil {
		return nil, fmt.Errorf("pick the key of %s: %w", label, err)
	}
	rest := rsaKeys
	var block *pem.Block
	for range pick[0]%4 + 1 {
		if block, rest = pem.Decode(rest); block == nil {
			return nil, fmt.Errorf("pick the key of %s: the pool has fewer than 4 keys", label)
		}
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the key of %s: %w", label, err)
	}
	return key.(crypto.Signer), nil
}

// A repeatable signer signs equal bytes alike.
type repeatable struct{ crypto.Signer }

// Sign ignores the source of randomness. Without one, ECDSA derives the nonce
// from the key and the digest (RFC 6979 section 3.2); RSA PKCS #1 v1.5 needs
// none.
func (s repeatable) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.Signer.Sign(nil, digest, opts)
}
