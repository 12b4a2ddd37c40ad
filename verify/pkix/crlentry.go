package pkix

import (
	"crypto/x509"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// The extensions of an entry that are known, by their identifiers in DER: RFC
// 5280 section 5.3, and the hold instruction of RFC 3280. certificateIssuer,
// which belongs to indirect CRLs, is not among them.
const (
	idReasonCode      = "\x55\x1d\x15" // 2.5.29.21
	idHoldInstruction = "\x55\x1d\x17" // 2.5.29.23
	idInvalidityDate  = "\x55\x1d\x18" // 2.5.29.24
)

// nextEntry cuts the next entry off a list: the octets of its serial number, and
// what follows.
func nextEntry(list *cryptobyte.String) (serial, rest cryptobyte.String, ok bool) {
	ok = list.ReadASN1(&rest, asn1.SEQUENCE) && rest.ReadASN1(&serial, asn1.INTEGER)
	return serial, rest, ok
}

// checkEntries says why a CRL with these entries settles nothing: RFC 5280
// section 5.3, if one has a critical extension that cannot be processed the list
// must not be used for any certificate.
func checkEntries(list cryptobyte.String) Doubt {
	for !list.Empty() {
		_, rest, ok := nextEntry(&list)
		if !ok || !skipTime(&rest) {
			return DoubtUnparsable
		}
		if rest.Empty() {
			continue
		}
		if _, d := entryReason(rest); d != "" {
			return d
		}
	}
	return ""
}

// entryReason reads the extensions of an entry for the reason.
func entryReason(rest cryptobyte.String) (code int, d Doubt) {
	var list cryptobyte.String
	if !rest.ReadASN1(&list, asn1.SEQUENCE) {
		return 0, DoubtUnparsable
	}
	for !list.Empty() {
		var extension, id, value cryptobyte.String
		var critical bool
		if !list.ReadASN1(&extension, asn1.SEQUENCE) || !extension.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) ||
			extension.PeekASN1Tag(asn1.BOOLEAN) && !extension.ReadASN1Boolean(&critical) ||
			!extension.ReadASN1(&value, asn1.OCTET_STRING) {
			return 0, DoubtUnparsable
		}
		switch string(id) {
		case idReasonCode:
			if !value.ReadASN1Enum(&code) {
				return 0, DoubtUnparsable
			}
		case idHoldInstruction, idInvalidityDate:
		default:
			if critical {
				return 0, DoubtUnsupported
			}
		}
	}
	return code, ""
}

// find gives the status that the entry of a serial number says, or a good one if
// there is none: RFC 5280 section 6.3.3(j) and (k).
func find(list cryptobyte.String, serial string) Status {
	for !list.Empty() {
		number, rest, _ := nextEntry(&list)
		if string(number) != serial {
			continue
		}
		s := Status{State: StateRevoked}
		if rest.PeekASN1Tag(asn1.UTCTime) {
			rest.ReadASN1UTCTime(&s.At)
		} else {
			rest.ReadASN1GeneralizedTime(&s.At)
		}
		s.At = s.At.In(time.UTC)
		if rest.Empty() {
			return s
		}
		code, _ := entryReason(rest)
		if code == removeFromCRL {
			continue
		}
		s.Reason = reasonWord(code)
		return s
	}
	return Status{State: StateGood}
}

// serialOf gives the octets of a certificate's serial number, as in DER.
func serialOf(cert *x509.Certificate) string {
	var b cryptobyte.Builder
	b.AddASN1BigInt(cert.SerialNumber)
	element := cryptobyte.String(b.BytesOrPanic())
	var content cryptobyte.String
	element.ReadASN1(&content, asn1.INTEGER)
	return string(content)
}
