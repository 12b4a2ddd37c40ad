package pki

import (
	"crypto/x509"
	"testing"
	"time"
)

// What cfssl costs: the signature of a ready request, through it and without
// it. It is one signature and its check for crypto/x509, and the check of the
// request's signature and a few parsings more for cfssl: less than three times.
func BenchmarkSign(b *testing.B) {
	lab := NewLab(time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC))
	for label, text := range map[string]string{"auth": "ca CN=Auth", "host": "CN=mx.example.com SAN=mx.example.com issuer=auth"} {
		s, err := ParseLine(text)
		if err != nil {
			b.Fatal(err)
		}
		if err := lab.Add(label, s); err != nil {
			b.Fatal(err)
		}
	}
	auth, err := lab.Issue("auth")
	if err != nil {
		b.Fatal(err)
	}
	host, err := lab.Issue("host")
	if err != nil {
		b.Fatal(err)
	}

	b.Run("cfssl", func(b *testing.B) {
		o := order{
			spec: &lab.lines["host"].spec, key: host.Key, keyType: P256, issuer: &lab.lines["auth"].spec, issuerKey: auth.Key, issuerType: P256,
			serial: host.Leaf.SerialNumber, from: host.Leaf.NotBefore, until: host.Leaf.NotAfter,
		}
		s, req, err := o.request()
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := s.Sign(req); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("x509", func(b *testing.B) {
		for b.Loop() {
			if _, err := x509.CreateCertificate(nil, host.Leaf, auth.Leaf, host.Leaf.PublicKey, repeatable{auth.Key}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkIssue is the whole of it, from the words to what a host sends.
func BenchmarkIssue(b *testing.B) {
	for b.Loop() {
		lab := NewLab(time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC))
		s, err := ParseLine("CN=mx.example.com SAN=mx.example.com")
		if err != nil {
			b.Fatal(err)
		}
		if err := lab.Add("host", s); err != nil {
			b.Fatal(err)
		}
		if _, err := lab.Issue("host"); err != nil {
			b.Fatal(err)
		}
	}
}
