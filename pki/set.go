package pki

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"mxlab/internal/nearest"
)

// set takes over one known word, with its value if it has one.
func (p *parser) set(name string, v value) (err error) {
	s := &p.spec
	switch name {
	case "ca":
		s.CA = true
	case "not-ca":
		s.NotCA = true
	case "self-signed":
		s.SelfSigned = true
	case "trusted":
		s.Trusted = true
	case "must-staple":
		s.MustStaple = true
	case "critical-unknown":
		s.Critical = true
	case "CN":
		// RFC 5280 section 4.1.2.4: a UTF8String or PrintableString.
		if !utf8.ValidString(v.text) {
			return wrong(v.offset(), `a common name is UTF-8 text; write \u00NN for a character, not \xNN for a byte`)
		}
		if s.CN == "" {
			s.CN = v.text
		} else {
			s.MoreCN = append(s.MoreCN, v.text)
		}
	case "SAN":
		s.SAN, err = parseNames(v)
	case "SAN-IP":
		s.IP, err = parseAddresses(v)
	case "SAN-email":
		s.Email, err = parseTexts(v)
	case "SAN-URI":
		s.URI, err = parseTexts(v)
	case "permitted":
		s.Permitted, err = parseSubtrees(v)
	case "excluded":
		s.Excluded, err = parseSubtrees(v)
	case "issuer":
		s.Issuer, err = parseLabel(v)
	case "key-of":
		s.KeyOf, err = parseKeyOf(v)
	case "from":
		s.From, err = parseAge(v)
	case "until":
		s.Until, err = parseAge(v)
	case "send":
		s.Send, err = parseSend(v)
	case "eku":
		s.EKU, err = parseUsages(v, "extended key usage", extendedUsages())
	case "ku":
		s.KU, err = parseUsages(v, "key usage", keyUsages())
	case "key":
		err = oneOf(v, "kind of key", "key", keyTypes())
		s.Key = KeyType(v.text)
	case "sig":
		err = oneOf(v, "hash of a signature", "sig", hashes())
		s.Sig = Hash(v.text)
	case "serial":
		err = oneOf(v, "serial number", "serial", []string{"negative", "0", "long"})
		s.Serial = v.text
	case "der":
		err = oneOf(v, "encoding", "der", []string{"broken"})
		s.Broken = true
	case "crl":
		s.CRL, err = parseURLs(v)
	case "ocsp":
		s.OCSP, err = parseURLs(v)
	case "aia":
		s.AIA, err = parseURLs(v)
	case "revoked":
		s.Revoked, s.RevokedAt = true, -day
		if v.text != "" {
			s.RevokedAt, err = parseAge(v)
		}
	case "staple":
		err = oneOf(v, "OCSP answer", "staple", staples())
		s.Staple = v.text
	case "path-length":
		n, bad := strconv.ParseUint(v.text, 10, 8)
		if bad != nil {
			return wrong(v.offset(), "%q is not a path length; write how many authorities may follow, 0 to 255", v.text)
		}
		s.PathLen = int(n)
	}
	return err
}

// oneOf refuses a value that is not in a closed list.
func oneOf(v value, what, word string, known []string) error {
	if slices.Contains(known, v.text) {
		return nil
	}
	if n := nearest.Word(v.text, known...); n != "" {
		return wrong(v.offset(), "unknown %s %q; write %s=%s", what, v.text, word, n)
	}
	if len(known) == 1 {
		return wrong(v.offset(), "unknown %s %q; write %s=%s", what, v.text, word, known[0])
	}
	return wrong(v.offset(), "unknown %s %q; write %s= with one of %s", what, v.text, word, strings.Join(known, " "))
}

// parseKeyOf reads key-of=.
func parseKeyOf(v value) (string, error) {
	if msg := labelFault(v.text); msg != "" {
		return "", wrong(v.offset(), "%s", msg)
	}
	switch v.text {
	case public, private, leaf, issuer, root:
		return "", wrong(v.offset(), "%s is not a line with a key of its own; write key-of=LABEL", v.text)
	}
	return v.text, nil
}
