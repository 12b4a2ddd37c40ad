package pkix

import (
	"bytes"
	"crypto/x509"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// A scope says which certificates a CRL is about: the issuingDistributionPoint
// of RFC 5280 section 5.2.5. The zero scope is every certificate of its issuer.
type scope struct {
	users, authorities bool     // only those that are no authority's, only those that are
	nobody             bool     // attribute certificates only
	named              bool     // only those that name the same distribution point
	names              [][]byte // of that point, each a GeneralName
}

// readExtensions reads the extensions of the list. A critical one that is not
// known makes the list unfit (RFC 5280 section 5.2).
func (c *CRL) readExtensions() Doubt {
	for _, e := range c.head.Extensions {
		switch e.Id.String() {
		case "2.5.29.20", "2.5.29.35": // cRLNumber, authorityKeyIdentifier: the signature proves more
		case "2.5.29.27": // deltaCRLIndicator
			return DoubtUnsupported
		case "2.5.29.28":
			if d := c.scope.read(e.Value); d != "" {
				return d
			}
		default:
			if e.Critical {
				return DoubtUnsupported
			}
		}
	}
	return ""
}

// tag is a context-specific tag.
func tag(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific() }

func (s *scope) read(der []byte) Doubt {
	var idp, point, names, reasons cryptobyte.String
	var someReasons, full, indirect bool
	input := cryptobyte.String(der)
	if !input.ReadASN1(&idp, asn1.SEQUENCE) ||
		!idp.ReadOptionalASN1(&point, &s.named, tag(0).Constructed()) ||
		!readFlag(&idp, &s.users, 1) || !readFlag(&idp, &s.authorities, 2) ||
		!idp.ReadOptionalASN1(&reasons, &someReasons, tag(3)) ||
		!readFlag(&idp, &indirect, 4) || !readFlag(&idp, &s.nobody, 5) || !idp.Empty() {
		return DoubtUnparsable
	}
	if someReasons || indirect {
		return DoubtUnsupported
	}
	if s.named && (!point.ReadOptionalASN1(&names, &full, tag(0).Constructed()) || !full) {
		return DoubtUnsupported // nameRelativeToCRLIssuer
	}
	s.names = generalNames(names)
	return ""
}

// readFlag reads an optional BOOLEAN under an implicit tag.
func readFlag(from *cryptobyte.String, flag *bool, n uint8) bool {
	var value cryptobyte.String
	var present bool
	if !from.ReadOptionalASN1(&value, &present, tag(n)) || present && len(value) != 1 {
		return false
	}
	*flag = present && value[0] != 0
	return true
}

// covers reports whether the CRL is about a certificate: RFC 5280 section
// 6.3.3(b)(2).
func (s *scope) covers(cert *x509.Certificate) bool {
	authority := cert.BasicConstraintsValid && cert.IsCA
	if s.nobody || s.users && authority || s.authorities && !authority {
		return false
	}
	if !s.named {
		return true
	}
	for _, name := range pointNames(cert) {
		for _, own := range s.names {
			if sameName(name, own) {
				return true
			}
		}
	}
	return false
}

// sameName compares two GeneralNames. A URI is compared without case, as Crypt32
// does.
func sameName(a, b []byte) bool {
	const uri = 0x86
	return bytes.Equal(a, b) || len(a) > 0 && len(b) > 0 && a[0] == uri && b[0] == uri && strings.EqualFold(string(a), string(b))
}

// pointNames gives the names of the distribution points of a certificate (RFC
// 5280 section 4.2.1.13), but for points that are for some reasons only, or for
// the CRL of another issuer.
func pointNames(cert *x509.Certificate) (all [][]byte) {
	for _, e := range cert.Extensions {
		if e.Id.String() != "2.5.29.31" {
			continue
		}
		var points cryptobyte.String
		input := cryptobyte.String(e.Value)
		if !input.ReadASN1(&points, asn1.SEQUENCE) {
			return nil
		}
		for !points.Empty() {
			var point, name, names cryptobyte.String
			var named, full bool
			if !points.ReadASN1(&point, asn1.SEQUENCE) || !point.ReadOptionalASN1(&name, &named, tag(0).Constructed()) {
				return all
			}
			if !named || !point.Empty() || !name.ReadOptionalASN1(&names, &full, tag(0).Constructed()) || !full {
				continue
			}
			all = append(all, generalNames(names)...)
		}
	}
	return all
}

// generalNames cuts a sequence of names into its elements.
func generalNames(names cryptobyte.String) (all [][]byte) {
	for !names.Empty() {
		var name cryptobyte.String
		var t asn1.Tag
		if !names.ReadAnyASN1Element(&name, &t) {
			return all
		}
		all = append(all, name)
	}
	return all
}
