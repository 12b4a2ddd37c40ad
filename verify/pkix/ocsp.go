package pkix

import (
	"bytes"
	"crypto/sha1"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"
)

// OCSPRequest gives the request, in DER, for the status of a certificate that
// issuer issued: one certID with SHA-1 hashes and without a nonce, as RFC 5019
// section 2.1.1 wants it. Equal certificates give equal requests.
func OCSPRequest(cert, issuer *x509.Certificate) ([]byte, error) {
	der, err := ocsp.CreateRequest(cert, issuer, nil)
	if err != nil {
		return nil, fmt.Errorf("make an OCSP request for %s: %w", subject(cert), err)
	}
	return der, nil
}

// OCSPStatus tells what an OCSP response in DER says of a certificate that
// issuer issued, at a time: RFC 6960 section 3.2. The response may have been
// stapled. It must have been signed by the issuer's key, or by that of a
// certificate in it that the issuer's key signed, that is within its dates and
// that has the usage OCSPSigning; whether that one is revoked is not asked (RFC
// 6960 section 4.2.2.2.1 leaves it to the client).
//
// A response without nextUpdate is current, but not to be used again: section
// 4.2.2.1, newer information is available all the time.
func OCSPStatus(der []byte, cert, issuer *x509.Certificate, now time.Time) Status {
	r, d := readResponse(der, func(list cryptobyte.String) (cryptobyte.String, Doubt) { return findSingle(list, cert, issuer) })
	if d != "" {
		return doubtful(d)
	}
	switch d := r.refuse(issuer, now); {
	case d != "":
		return doubtful(d)
	case now.Before(r.ThisUpdate):
		return doubtful(DoubtEarly)
	case !r.NextUpdate.IsZero() && !now.Before(r.NextUpdate): // section 3.2: greater than the current time
		return doubtful(DoubtStale)
	}
	switch r.Status {
	case ocsp.Good:
		return Status{State: StateGood, Until: r.NextUpdate}
	case ocsp.Revoked:
		return Status{State: StateRevoked, At: r.RevokedAt, Reason: reasonWord(r.RevocationReason), Until: r.NextUpdate}
	}
	return doubtful(DoubtUnknown)
}

// refuse says why a response is not to be believed: RFC 6960 section 4.2.2.2.
func (r *response) refuse(issuer *x509.Certificate, now time.Time) Doubt {
	signers := r.delegates(issuer, now)
	if r.names(issuer) {
		signers = append(signers, issuer)
	}
	if len(signers) == 0 {
		return DoubtSigner
	}
	if slices.ContainsFunc(signers, func(c *x509.Certificate) bool {
		return signed(c, r.SignatureAlgorithm, r.signed, r.Signature)
	}) {
		return ""
	}
	return DoubtSignature
}

// delegates lists the certificates in a response whose keys may have signed it.
func (r *response) delegates(issuer *x509.Certificate, now time.Time) (list []*x509.Certificate) {
	certs := r.certs
	for range maxResponders {
		var der cryptobyte.String
		if !certs.ReadASN1Element(&der, asn1.SEQUENCE) {
			break
		}
		c, err := x509.ParseCertificate(der)
		if err == nil && r.names(c) && slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) &&
			bytes.Equal(c.RawIssuer, issuer.RawSubject) && signatureOK(c, issuer) &&
			!now.Before(c.NotBefore) && !now.After(c.NotAfter) {
			list = append(list, c)
		}
	}
	return list
}

// names reports whether a certificate is the responder that the response names,
// by its subject or by the hash of its key: RFC 6960 section 4.2.2.3.
func (r *response) names(c *x509.Certificate) bool {
	if r.RawResponderName != nil {
		return bytes.Equal(r.RawResponderName, c.RawSubject)
	}
	sum := sha1.Sum(keyBits(c))
	return bytes.Equal(r.ResponderKeyHash, sum[:])
}

// keyBits gives the public key without tag, length and number of unused bits,
// of which RFC 6960 section 4.2.1 takes the hash.
func keyBits(c *x509.Certificate) []byte {
	var info cryptobyte.String
	var bits []byte
	spki := cryptobyte.String(c.RawSubjectPublicKeyInfo)
	if !spki.ReadASN1(&info, asn1.SEQUENCE) || !info.SkipASN1(asn1.SEQUENCE) || !info.ReadASN1BitStringAsBytes(&bits) {
		return nil
	}
	return bits
}
