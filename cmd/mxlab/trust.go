package main

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// bundles are the files in which systems keep the certificates of the
// authorities that they trust. crypto/x509 knows them too, but gives its pool
// without the certificates.
func bundles() []string {
	return []string{
		"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Arch, Alpine
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Fedora, RHEL
		"/etc/pki/tls/certs/ca-bundle.crt",                  // older RHEL
		"/etc/ssl/ca-bundle.pem",                            // openSUSE
		"/etc/ssl/cert.pem",                                 // Alpine, macOS, OpenBSD
		"/usr/local/etc/ssl/cert.pem",                       // FreeBSD
		"/usr/local/share/certs/ca-root-nss.crt",            // older FreeBSD
		"/etc/openssl/certs/ca-certificates.crt",            // NetBSD
	}
}

// trustAnchors gives the certificates of the authorities to trust: those of a
// file, or else of the system. SSL_CERT_FILE comes before the system's own.
func trustAnchors(file string) ([]*x509.Certificate, error) {
	if file != "" {
		anchors, err := readBundle(file)
		if err != nil {
			return nil, fmt.Errorf("read the trusted authorities: %w", err)
		}
		return anchors, nil
	}
	if file = os.Getenv("SSL_CERT_FILE"); file != "" {
		anchors, err := readBundle(file)
		if err != nil {
			return nil, fmt.Errorf("read the trusted authorities of SSL_CERT_FILE: %w", err)
		}
		return anchors, nil
	}
	for _, file := range bundles() {
		if anchors, err := readBundle(file); err == nil {
			return anchors, nil
		}
	}
	return nil, errors.New("no file of trusted authorities was found on this system; name one with --ca")
}

// readBundle reads the certificates of a PEM file. As in crypto/x509, a block
// that is no certificate, or one that cannot be read, is passed over.
func readBundle(file string) ([]*x509.Certificate, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var anchors []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			anchors = append(anchors, c)
		}
	}
	if len(anchors) == 0 {
		return nil, fmt.Errorf("%s has no certificate in PEM form", file)
	}
	return anchors, nil
}
