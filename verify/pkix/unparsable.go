package pkix

import (
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// WhyUnparsable says in words for a person why crypto/x509 cannot parse a
// certificate, as far as it is one of the usual reasons; else nothing. Some TLS
// libraries parse it all the same.
func WhyUnparsable(der []byte) string {
	input := cryptobyte.String(der)
	var certificate, tbs, serial cryptobyte.String
	switch {
	case len(der) == 0:
		return "it is empty"
	case !input.ReadASN1(&certificate, asn1.SEQUENCE):
		if endsEarly(der) {
			return "its encoding ends too early"
		}
		return "it is not a certificate"
	case !input.Empty():
		return "there is more behind its end"
	case !certificate.ReadASN1(&tbs, asn1.SEQUENCE),
		!tbs.SkipOptionalASN1(asn1.Tag(0).ContextSpecific().Constructed()),
		!tbs.ReadASN1(&serial, asn1.INTEGER):
		return "it is not a certificate"
	case len(serial) > 0 && serial[0]&0x80 != 0:
		return "its serial number is negative" // RFC 5280 section 4.1.2.2
	case !namesASCII(tbs):
		return "a name in it is not ASCII" // RFC 5280 section 4.2.1.6: IA5String
	}
	return ""
}

// endsEarly tells whether the length of a sequence leads beyond the octets that
// there are (X.690 section 8.1.3).
func endsEarly(der []byte) bool {
	if der[0] != 0x30 || len(der) < 2 {
		return false
	}
	size, header := int(der[1]), 2
	if size > 0x80 {
		header += size - 0x80
		if size > 0x84 || len(der) < header {
			return size <= 0x84
		}
		size = 0
		for _, c := range der[2:header] {
			size = size<<8 | int(c)
		}
	}
	return len(der) < header+size
}

// namesASCII looks at the subjectAltName of what follows the serial number. What
// it cannot read it does not find fault with.
func namesASCII(tbs cryptobyte.String) bool {
	for range 5 { // algorithm, issuer, validity, subject, key
		if !tbs.SkipASN1(asn1.SEQUENCE) {
			return true
		}
	}
	var extensions, list cryptobyte.String
	for n := range uint8(2) { // the unique identifiers of issuer and subject
		tbs.SkipOptionalASN1(asn1.Tag(n + 1).ContextSpecific())
	}
	if !tbs.ReadASN1(&extensions, asn1.Tag(3).ContextSpecific().Constructed()) || !extensions.ReadASN1(&list, asn1.SEQUENCE) {
		return true
	}
	for !list.Empty() {
		var extension, id, value, names cryptobyte.String
		if !list.ReadASN1(&extension, asn1.SEQUENCE) || !extension.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) ||
			!extension.SkipOptionalASN1(asn1.BOOLEAN) || !extension.ReadASN1(&value, asn1.OCTET_STRING) {
			return true
		}
		const subjectAltName = "\x55\x1d\x11" // 2.5.29.17
		if string(id) != subjectAltName || !value.ReadASN1(&names, asn1.SEQUENCE) {
			continue
		}
		for !names.Empty() {
			var name cryptobyte.String
			var tag asn1.Tag
			if !names.ReadAnyASN1(&name, &tag) {
				return true
			}
			// rfc822Name, dNSName and URI are text; the others are not.
			text := tag == asn1.Tag(1).ContextSpecific() || tag == asn1.Tag(2).ContextSpecific() || tag == asn1.Tag(6).ContextSpecific()
			if text && slices.ContainsFunc(name, func(c byte) bool { return c >= 0x80 }) {
				return false
			}
		}
	}
	return true
}
