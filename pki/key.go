package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"embed"
	"encoding/pem"
	"fmt"
	"io"
	"sync"
)

// A KeyType is a kind of key, in the word of the line.
type KeyType string

// The kinds of keys.
const (
	P256    KeyType = "p256"    // ECDSA on the curve P-256
	P384    KeyType = "p384"    // ECDSA on the curve P-384
	P521    KeyType = "p521"    // ECDSA on the curve P-521
	Ed25519 KeyType = "ed25519" // RFC 8410
	RSA1024 KeyType = "rsa1024" // RSA with a modulus of 1024 bits
	RSA2048 KeyType = "rsa2048"
	RSA4096 KeyType = "rsa4096"
)

// keyTypes lists the kinds of keys.
func keyTypes() []string {
	return []string{string(P256), string(P384), string(P521), string(Ed25519), string(RSA1024), string(RSA2048), string(RSA4096)}
}

// rsa tells whether a kind of key is RSA.
func (k KeyType) rsa() bool { return k == RSA1024 || k == RSA2048 || k == RSA4096 }

// knownSecret is that of every lab whose keys follow from its lines alone.
const knownSecret = "mxlab: public test keys, trust nothing that they sign"

// newKey gives the key of a label: always the same one.
func (l *Lab) newKey(label string, typ KeyType) (crypto.Signer, error) {
	switch typ {
	case P256:
		return newECDSA(l.secret, label, elliptic.P256(), "p256 key", 0xff)
	case P384:
		return newECDSA(l.secret, label, elliptic.P384(), "p384 key", 0xff)
	case P521:
		return newECDSA(l.secret, label, elliptic.P521(), "p521 key", 0x01)
	case Ed25519:
		seed, err := derive(l.secret, label, "ed25519 key", ed25519.SeedSize)
		if err != nil {
			return nil, fmt.Errorf("derive the key of %s: %w", label, err)
		}
		return ed25519.NewKeyFromSeed(seed), nil
	case RSA1024, RSA2048, RSA4096:
		if l.random {
			return l.rsa.generate(label, typ)
		}
		return newRSA(label, typ)
	}
	return nil, fmt.Errorf("make the key of %s: unknown kind %q", label, typ)
}

// derive gives n bytes that follow from a secret, a label and a purpose.
func derive(secret []byte, label, purpose string, n int) ([]byte, error) {
	return hkdf.Key(sha256.New, secret, nil, fmt.Sprintf("%s of %q", purpose, label), n)
}

// newECDSA takes first for the bits of the first octet that a key may have.
func newECDSA(secret []byte, label string, curve elliptic.Curve, purpose string, first byte) (crypto.Signer, error) {
	// A value that is not below the order of the curve is no key; that is one
	// in 2^32 for P-256 and rarer for the others, and the next one is taken.
	for try := 0; ; try++ {
		raw, err := derive(secret, label, fmt.Sprintf("%s %d", purpose, try), (curve.Params().BitSize+7)/8)
		if err != nil {
			return nil, fmt.Errorf("derive the key of %s: %w", label, err)
		}
		raw[0] &= first
		key, err := ecdsa.ParseRawPrivateKey(curve, raw)
		if err == nil {
			return key, nil
		}
		if try == 8 {
			return nil, fmt.Errorf("derive the key of %s: %w", label, err)
		}
	}
}

// pool holds four keys of each size, in PEM. An RSA key cannot be derived:
// crypto/rsa takes its primes from the system's randomness.
//
//go:embed rsa1024.pem rsa2048.pem rsa4096.pem
var pool embed.FS

// newRSA picks the key of a label. Two labels may share one.
func newRSA(label string, typ KeyType) (crypto.Signer, error) {
	pick, err := derive([]byte(knownSecret), label, "rsa key", 1)
	if err != nil {
		return nil, fmt.Errorf("pick the key of %s: %w", label, err)
	}
	rest, err := pool.ReadFile(string(typ) + ".pem")
	if err != nil {
		return nil, fmt.Errorf("pick the key of %s: %w", label, err)
	}
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

// rsaKeys are the RSA keys that a lab has made, by label. Nothing else knows
// which one a label has.
type rsaKeys struct {
	mu   sync.Mutex
	made map[string]crypto.Signer
}

// generate makes a key, which takes from a tenth of a second to some seconds, or
// gives the one that was made.
func (k *rsaKeys) generate(label string, typ KeyType) (crypto.Signer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := fmt.Sprintf("%s %q", typ, label)
	if key := k.made[at]; key != nil {
		return key, nil
	}
	bits := map[KeyType]int{RSA1024: 1024, RSA2048: 2048, RSA4096: 4096}[typ]
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return nil, fmt.Errorf("make the key of %s: %w", label, err)
	}
	if k.made == nil {
		k.made = map[string]crypto.Signer{}
	}
	k.made[at] = key
	return key, nil
}

// A repeatable signer signs equal bytes alike.
type repeatable struct{ crypto.Signer }

// Sign ignores the source of randomness. Without one, ECDSA derives the nonce
// from the key and the digest (RFC 6979 section 3.2); RSA PKCS #1 v1.5 and
// Ed25519 need none.
func (s repeatable) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.Signer.Sign(nil, digest, opts)
}
