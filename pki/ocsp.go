package pki

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/ocsp"
)

// answer gives what the responder of an authority says to a request. Answers
// that are not signed are those of RFC 6960 section 2.3.
func (l *Lab) answer(p Publication, by, signs *line, request []byte, this, next time.Time) ([]byte, error) {
	asked, err := ocsp.ParseRequest(request)
	switch {
	case p.Answers == "try-later":
		return ocsp.TryLaterErrorResponse, nil
	case err != nil:
		return ocsp.MalformedRequestErrorResponse, nil
	case p.Answers == "unauthorized":
		return ocsp.UnauthorizedErrorResponse, nil
	}
	if err := l.make(by); err != nil {
		return nil, err
	}
	issuer, err := by.authority()
	if err != nil {
		return nil, err
	}
	if ours, err := concerns(asked, issuer); err != nil {
		return nil, err
	} else if !ours {
		return ocsp.UnauthorizedErrorResponse, nil
	}
	says := l.status(p, by, asked.SerialNumber, this)
	says.IssuerHash, says.ThisUpdate, says.NextUpdate = asked.HashAlgorithm, this, next
	return l.respond(says, issuer, by, signs)
}

// concerns tells whether a request is about a certificate of an issuer.
func concerns(asked *ocsp.Request, issuer *x509.Certificate) (bool, error) {
	der, err := ocsp.CreateRequest(&x509.Certificate{SerialNumber: asked.SerialNumber}, issuer, &ocsp.RequestOptions{Hash: asked.HashAlgorithm})
	if err != nil {
		return false, fmt.Errorf("identify the issuer: %w", err)
	}
	own, err := ocsp.ParseRequest(der)
	if err != nil {
		return false, fmt.Errorf("identify the issuer: %w", err)
	}
	return bytes.Equal(own.IssuerNameHash, asked.IssuerNameHash) && bytes.Equal(own.IssuerKeyHash, asked.IssuerKeyHash), nil
}

// status says what is known of a serial number as of a time. One that the
// authority did not issue is unknown.
func (l *Lab) status(p Publication, by *line, serial *big.Int, this time.Time) ocsp.Response {
	says := ocsp.Response{Status: ocsp.Unknown, SerialNumber: serial, RevokedAt: this}
	for _, c := range l.issued(by) {
		if l.serial(by, c).Cmp(serial) != 0 {
			continue
		}
		says.Status = ocsp.Good
		if when := moment(l.now.Add(c.spec.RevokedAt)); c.spec.Revoked && !when.After(this) {
			says.Status, says.RevokedAt = ocsp.Revoked, when
		}
	}
	switch p.Answers {
	case "good":
		says.Status = ocsp.Good
	case "revoked":
		says.Status = ocsp.Revoked
	case "unknown":
		says.Status = ocsp.Unknown
	}
	return says
}

// respond signs an answer. A responder that is not the issuer itself sends its
// certificate along (RFC 6960 section 4.2.2.2).
func (l *Lab) respond(says ocsp.Response, issuer *x509.Certificate, by, signs *line) ([]byte, error) {
	if err := l.make(signs); err != nil {
		return nil, err
	}
	responder, err := signs.authority()
	if err != nil {
		return nil, err
	}
	if signs != by {
		says.Certificate = responder
	}
	// cfssl's signer would first verify the certificate that the answer is about.
	// What lies below it is asked for an answer about a number.
	der, err := ocsp.CreateResponse(issuer, responder, says, repeatable{signs.key})
	if err != nil {
		return nil, fmt.Errorf("sign the answer: %w", err)
	}
	return signs.produced(der, says.ThisUpdate)
}

// A signedAnswer is a BasicOCSPResponse of RFC 6960 section 4.2.1, with its
// parts left as they are encoded but for those that are written over.
type signedAnswer struct {
	TBS          answerData
	Algorithm    pkix.AlgorithmIdentifier
	Signature    asn1.BitString
	Certificates []asn1.RawValue `asn1:"explicit,tag:0,optional"`
}

type answerData struct {
	Responder asn1.RawValue
	Produced  time.Time `asn1:"generalized"`
	Responses asn1.RawValue
}

// produced writes over the time at which an answer was made, which x/crypto
// takes from the wall clock, and signs again.
func (c *line) produced(der []byte, at time.Time) ([]byte, error) {
	var whole struct {
		Status asn1.Enumerated
		Basic  struct {
			Type  asn1.ObjectIdentifier
			Basic []byte
		} `asn1:"explicit,tag:0"`
	}
	if _, err := asn1.Unmarshal(der, &whole); err != nil {
		return nil, fmt.Errorf("take apart the answer: %w", err)
	}
	var a signedAnswer
	if _, err := asn1.Unmarshal(whole.Basic.Basic, &a); err != nil {
		return nil, fmt.Errorf("take apart the answer: %w", err)
	}
	a.TBS.Produced = at
	tbs, err := asn1.Marshal(a.TBS)
	if err != nil {
		return nil, fmt.Errorf("encode what is to be signed: %w", err)
	}
	sum, hash := digest(Hash("").algorithm(c.keyOf.spec.Key), tbs)
	signature, err := repeatable{c.key}.Sign(nil, sum, hash)
	if err != nil {
		return nil, fmt.Errorf("sign the answer: %w", err)
	}
	a.Signature = asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}
	if whole.Basic.Basic, err = asn1.Marshal(a); err != nil {
		return nil, fmt.Errorf("encode the answer: %w", err)
	}
	if der, err = asn1.Marshal(whole); err != nil {
		return nil, fmt.Errorf("encode the answer: %w", err)
	}
	return der, nil
}
