package pki

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"

	"software.sslmate.com/src/go-pkcs12"
)

// PEM gives the certificates as sent, and the key in PKCS #8 (RFC 7468).
func (c *Certificate) PEM() (chain, key []byte, err error) {
	der, err := x509.MarshalPKCS8PrivateKey(c.Key)
	if err != nil {
		return nil, nil, fmt.Errorf("encode the key of %s: %w", c.Label, err)
	}
	return certificatesPEM(c.Sent), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// PKCS12 gives the certificates as sent and the key in one file (RFC 7292),
// under a password. Salts and vectors follow from the label and the content.
func (c *Certificate) PKCS12(password string) ([]byte, error) {
	salt, err := salts(c.Label, c.Sent)
	if err != nil {
		return nil, err
	}
	// The encoder looks at Raw only, so what cannot be parsed may be in it too.
	var others []*x509.Certificate
	for _, der := range c.Sent[1:] {
		others = append(others, &x509.Certificate{Raw: der})
	}
	file, err := pkcs12.Modern2023.WithRand(salt).Encode(c.Key, &x509.Certificate{Raw: c.Sent[0]}, others, password)
	if err != nil {
		return nil, fmt.Errorf("encode %s as PKCS #12: %w", c.Label, err)
	}
	return file, nil
}

// TrustPEM gives what a sender trusts.
func TrustPEM(roots []*x509.Certificate) []byte { return certificatesPEM(raw(roots)) }

// TrustPKCS12 gives what a sender trusts as a trust store of Java's kind, under
// a password.
func TrustPKCS12(roots []*x509.Certificate, password string) ([]byte, error) {
	salt, err := salts("roots", raw(roots))
	if err != nil {
		return nil, err
	}
	file, err := pkcs12.Modern2023.WithRand(salt).EncodeTrustStore(roots, password)
	if err != nil {
		return nil, fmt.Errorf("encode the roots as PKCS #12: %w", err)
	}
	return file, nil
}

func raw(certs []*x509.Certificate) (ders [][]byte) {
	for _, c := range certs {
		ders = append(ders, c.Raw)
	}
	return ders
}

func certificatesPEM(ders [][]byte) (text []byte) {
	for _, der := range ders {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return text
}

// salts gives what an encoder takes for randomness: more than it needs, and the
// same for the same content.
func salts(label string, ders [][]byte) (io.Reader, error) {
	sum := sha256.Sum256(bytes.Join(ders, nil))
	octets, err := derive([]byte(knownSecret), label, "pkcs12 salts "+hex.EncodeToString(sum[:]), 1024)
	if err != nil {
		return nil, fmt.Errorf("derive the salts of %s: %w", label, err)
	}
	return bytes.NewReader(octets), nil
}
