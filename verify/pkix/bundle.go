package pkix

import (
	"bytes"
	"crypto/x509"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// maxBundle is how many certificates are taken out of one file (wincrypt.h,
// CERT_CHAIN_MAX_AIA_URL_RETRIEVAL_CERT_COUNT_DEFAULT).
const maxBundle = 10

// idSignedData is the content type of RFC 5652 section 5.1, in DER.
const idSignedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"

// IssuersIn gives the certificates that an address of [Issuers] holds, in DER, if
// the one that a certificate names as its issuer is among them; else none. An
// address holds one certificate, or a PKCS #7 message that consists of them (RFC
// 5280 section 4.2.2.1), of which the first ten are taken. Text forms, and
// messages in BER that are not DER, are not read.
func IssuersIn(body []byte, child *x509.Certificate) [][]byte {
	all := unbundle(body)
	for _, der := range all {
		if c, err := x509.ParseCertificate(der); err == nil && bytes.Equal(c.RawSubject, child.RawIssuer) {
			return all
		}
	}
	return nil
}

func unbundle(der []byte) (certs [][]byte) {
	var outer, id, wrapped, data, set cryptobyte.String
	input := cryptobyte.String(der)
	if !input.ReadASN1(&outer, asn1.SEQUENCE) {
		return nil
	}
	if !outer.PeekASN1Tag(asn1.OBJECT_IDENTIFIER) {
		return [][]byte{der}
	}
	if !outer.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) || string(id) != idSignedData ||
		!outer.ReadASN1(&wrapped, tag(0).Constructed()) || !wrapped.ReadASN1(&data, asn1.SEQUENCE) ||
		!data.SkipASN1(asn1.INTEGER) || !data.SkipASN1(asn1.SET) || !data.SkipASN1(asn1.SEQUENCE) ||
		!data.ReadASN1(&set, tag(0).Constructed()) {
		return nil
	}
	for !set.Empty() && len(certs) < maxBundle {
		var cert cryptobyte.String
		if !set.ReadASN1Element(&cert, asn1.SEQUENCE) {
			break
		}
		certs = append(certs, cert)
	}
	return certs
}
