package netns

import (
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"fmt"
	"strings"
)

// subjectHash is the name under which OpenSSL looks for an authority in a
// directory (openssl-rehash(1)), without the number behind the dot: the first
// octets of the SHA-1 of the subject, with its text in canonical form.
func subjectHash(c *x509.Certificate) (string, error) {
	type attribute struct {
		Type  asn1.ObjectIdentifier
		Value asn1.RawValue
	}
	type set []attribute
	var name []asn1.RawValue
	if _, err := asn1.Unmarshal(c.RawSubject, &name); err != nil {
		return "", fmt.Errorf("read the subject: %w", err)
	}
	var canonical []byte
	for _, raw := range name {
		var attributes set
		if _, err := asn1.UnmarshalWithParams(raw.FullBytes, &attributes, "set"); err != nil {
			return "", fmt.Errorf("read the subject: %w", err)
		}
		for i, a := range attributes {
			switch a.Value.Tag {
			case asn1.TagUTF8String, asn1.TagPrintableString, asn1.TagIA5String:
				attributes[i].Value = asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte(canonicalText(string(a.Value.Bytes)))}
			}
		}
		der, err := asn1.MarshalWithParams(attributes, "set")
		if err != nil {
			return "", fmt.Errorf("write the subject: %w", err)
		}
		canonical = append(canonical, der...)
	}
	sum := sha1.Sum(canonical)
	return fmt.Sprintf("%08x", binary.LittleEndian.Uint32(sum[:])), nil
}

// canonicalText is text as OpenSSL compares it: in lower case as far as it is
// ASCII, and without white space but for single blanks between words.
func canonicalText(s string) string {
	lower := func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	space := func(r rune) bool { return r == ' ' || r >= '\t' && r <= '\r' }
	return strings.Map(lower, strings.Join(strings.FieldsFunc(s, space), " "))
}
