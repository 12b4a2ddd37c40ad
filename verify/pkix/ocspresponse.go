package pkix

import (
	"bytes"
	"crypto/x509"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"
)

// What is looked at in one OCSP response at most.
const (
	maxResponders = 10 // certificates that may have signed it
	maxSingles    = 10 // single responses for the serial number
)

// A response is what one OCSP response says of one certificate.
type response struct {
	*ocsp.Response
	signed cryptobyte.String // what the signature is over
	certs  cryptobyte.String // those that came with it
}

// readResponse reads the part of an OCSP response (RFC 6960 section 4.2.1) that
// one of its single responses is; find chooses it from the list.
//
// The ocsp package takes the first single response with the serial number, also
// if it is about another issuer's certificate; it takes a signature by any
// certificate that the issuer signed, whatever its usage; and it looks at no
// certificate but the first. So it is given only what it does well: the single
// response that was looked up by its whole certID, without certificates.
func readResponse(der []byte, find func(list cryptobyte.String) (cryptobyte.String, Doubt)) (*response, Doubt) {
	basic, d := basicResponse(der)
	if d != "" {
		return nil, d
	}
	r := &response{}
	head, singles, extensions, ok := r.readData(&basic)
	if !ok {
		return nil, DoubtUnparsable
	}
	signature := basic // and its algorithm
	if !basic.SkipASN1(asn1.SEQUENCE) || !basic.SkipASN1(asn1.BIT_STRING) {
		return nil, DoubtUnparsable
	}
	signature = signature[:len(signature)-len(basic)]
	var certs cryptobyte.String
	var come bool
	if !basic.ReadOptionalASN1(&certs, &come, tag(0).Constructed()) || come && !certs.ReadASN1(&r.certs, asn1.SEQUENCE) {
		return nil, DoubtUnparsable
	}
	single, d := find(singles)
	if d != "" {
		return nil, d
	}
	var err error
	if r.Response, err = ocsp.ParseResponse(alone(head, single, extensions, signature), nil); err != nil {
		return nil, DoubtUnparsable
	}
	return r, ""
}

// readData cuts up the ResponseData: what stands before the single responses,
// these, and what stands behind them.
func (r *response) readData(basic *cryptobyte.String) (head, singles, extensions cryptobyte.String, ok bool) {
	var data cryptobyte.String
	if !basic.ReadASN1Element(&r.signed, asn1.SEQUENCE) {
		return nil, nil, nil, false
	}
	whole := r.signed
	if !whole.ReadASN1(&data, asn1.SEQUENCE) {
		return nil, nil, nil, false
	}
	head = data
	version, byName, byKey := tag(0).Constructed(), tag(1).Constructed(), tag(2).Constructed()
	if !data.SkipOptionalASN1(version) || !data.SkipOptionalASN1(byName) || !data.SkipOptionalASN1(byKey) || !data.SkipASN1(asn1.GeneralizedTime) {
		return nil, nil, nil, false
	}
	head = head[:len(head)-len(data)]
	ok = data.ReadASN1(&singles, asn1.SEQUENCE)
	return head, singles, data, ok
}

// basicResponse unwraps an OCSP response; an error response is a doubt (RFC 6960
// section 2.3).
func basicResponse(der []byte) (cryptobyte.String, Doubt) {
	var outer, wrapped, inner, octets, basic cryptobyte.String
	var status int
	input := cryptobyte.String(der)
	if !input.ReadASN1(&outer, asn1.SEQUENCE) || !outer.ReadASN1Enum(&status) {
		return nil, DoubtUnparsable
	}
	switch ocsp.ResponseStatus(status) {
	case ocsp.Success:
	case ocsp.TryLater:
		return nil, DoubtTryLater
	default:
		return nil, DoubtError
	}
	if !outer.ReadASN1(&wrapped, tag(0).Constructed()) || !wrapped.ReadASN1(&inner, asn1.SEQUENCE) ||
		!inner.SkipASN1(asn1.OBJECT_IDENTIFIER) || !inner.ReadASN1(&octets, asn1.OCTET_STRING) || !octets.ReadASN1(&basic, asn1.SEQUENCE) {
		return nil, DoubtUnparsable
	}
	return basic, ""
}

// idBasic is id-pkix-ocsp-basic (RFC 6960 section 4.2.1), in DER.
const idBasic = "\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x01"

// alone makes a response that holds one single response and no certificates.
func alone(head, single, extensions, signature cryptobyte.String) []byte {
	data := element(asn1.SEQUENCE, head, element(asn1.SEQUENCE, single), extensions)
	basic := element(asn1.OCTET_STRING, element(asn1.SEQUENCE, data, signature))
	const success = "\x0a\x01\x00"
	return element(asn1.SEQUENCE, []byte(success), element(tag(0).Constructed(), element(asn1.SEQUENCE, []byte(idBasic), basic)))
}

// element gives a DER element of what it contains.
func element(t asn1.Tag, contents ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(t, func(b *cryptobyte.Builder) {
		for _, c := range contents {
			b.AddBytes(c)
		}
	})
	return b.BytesOrPanic()
}

// findSingle finds the single response for a certificate by its certID.
func findSingle(list cryptobyte.String, cert, issuer *x509.Certificate) (cryptobyte.String, Doubt) {
	serial, tries := serialOf(cert), 0
	for !list.Empty() && tries < maxSingles {
		var whole, single, id, number cryptobyte.String
		if !list.ReadASN1Element(&whole, asn1.SEQUENCE) {
			return nil, DoubtUnparsable
		}
		inside := whole
		if !inside.ReadASN1(&single, asn1.SEQUENCE) || !single.ReadASN1Element(&id, asn1.SEQUENCE) {
			return nil, DoubtUnparsable
		}
		fields := id
		if !fields.ReadASN1(&fields, asn1.SEQUENCE) || !fields.SkipASN1(asn1.SEQUENCE) || !fields.SkipASN1(asn1.OCTET_STRING) ||
			!fields.SkipASN1(asn1.OCTET_STRING) || !fields.ReadASN1(&number, asn1.INTEGER) {
			return nil, DoubtUnparsable
		}
		if string(number) != serial {
			continue
		}
		if tries++; sameCertID(id, cert, issuer) {
			return whole, ""
		}
	}
	return nil, DoubtCertificate
}

// sameCertID reports whether a certID (RFC 6960 section 4.1.1) is that of a
// certificate: the ocsp package reads it as that of a request, and makes the
// other under the same hash.
func sameCertID(id cryptobyte.String, cert, issuer *x509.Certificate) bool {
	list := element(asn1.SEQUENCE, element(asn1.SEQUENCE, id))
	is, err := ocsp.ParseRequest(element(asn1.SEQUENCE, element(asn1.SEQUENCE, list)))
	if err != nil {
		return false
	}
	der, err := ocsp.CreateRequest(cert, issuer, &ocsp.RequestOptions{Hash: is.HashAlgorithm})
	if err != nil {
		return false
	}
	want, err := ocsp.ParseRequest(der)
	return err == nil && bytes.Equal(is.IssuerNameHash, want.IssuerNameHash) && bytes.Equal(is.IssuerKeyHash, want.IssuerKeyHash)
}
