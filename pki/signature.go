package pki

import (
	_ "crypto/md5" // for digest, as the next two
	_ "crypto/sha1"
	_ "crypto/sha512"

	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"slices"
)

// A Hash is the hash of a signature, in the word of the line.
type Hash string

// The hashes. MD5 signs with RSA only; Ed25519 takes none.
const (
	MD5    Hash = "md5"
	SHA1   Hash = "sha1"
	SHA256 Hash = "sha256"
	SHA384 Hash = "sha384"
	SHA512 Hash = "sha512"
)

// hashes lists the hashes.
func hashes() []string {
	return []string{string(MD5), string(SHA1), string(SHA256), string(SHA384), string(SHA512)}
}

// unfit says why a key cannot sign with a hash, or nothing.
func (h Hash) unfit(by KeyType) string {
	switch {
	case h == "":
		return ""
	case by == Ed25519:
		return "an Ed25519 key signs in one way only; leave sig= out"
	case h == MD5 && !by.rsa():
		return "only an RSA key signs with MD5; write key=rsa2048 in the line of the issuer, which has " + string(by)
	}
	return ""
}

// algorithm gives the signature algorithm of a key with a hash, or with the
// usual one: for ECDSA that of its curve's size (RFC 5758 section 3.2 leaves it
// open), for RSA SHA-256 whatever its size.
func (h Hash) algorithm(by KeyType) x509.SignatureAlgorithm {
	if h == "" {
		h = map[KeyType]Hash{P384: SHA384, P521: SHA512}[by]
	}
	all := []Hash{MD5, SHA1, SHA256, SHA384, SHA512}
	i := max(slices.Index(all, h), 0)
	if h == "" {
		i = 2
	}
	switch {
	case by == Ed25519:
		return x509.PureEd25519
	case by.rsa():
		return []x509.SignatureAlgorithm{x509.MD5WithRSA, x509.SHA1WithRSA, x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA}[i]
	}
	return []x509.SignatureAlgorithm{0, x509.ECDSAWithSHA1, x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512}[i]
}

// md5WithRSA is the algorithm that crypto/x509 refuses to sign with, as RFC
// 3279 section 2.2.1 writes it.
func md5WithRSA() pkix.AlgorithmIdentifier {
	return pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 4}, Parameters: asn1.NullRawValue}
}

// digest gives what crypto.Signer takes for an algorithm.
func digest(alg x509.SignatureAlgorithm, message []byte) ([]byte, crypto.Hash) {
	h := crypto.SHA256
	switch alg {
	case x509.PureEd25519:
		return message, 0
	case x509.MD5WithRSA:
		h = crypto.MD5
	case x509.SHA1WithRSA, x509.ECDSAWithSHA1:
		h = crypto.SHA1
	case x509.SHA384WithRSA, x509.ECDSAWithSHA384:
		h = crypto.SHA384
	case x509.SHA512WithRSA, x509.ECDSAWithSHA512:
		h = crypto.SHA512
	}
	sum := h.New()
	sum.Write(message)
	return sum.Sum(nil), h
}
