package fakedns

import (
	"strings"

	"github.com/miekg/dns"
)

// commonTypes are the types that a wrong word is compared to.
func commonTypes() []string {
	return []string{"A", "AAAA", "CAA", "CNAME", "DNSKEY", "DS", "HINFO", "HTTPS", "MX", "NAPTR", "NS", "NSEC", "PTR",
		"RRSIG", "SOA", "SPF", "SRV", "SVCB", "TLSA", "TXT"}
}

// typeName gives a type's mnemonic, or TYPEn (RFC 3597 section 5).
func typeName(typ uint16) string { return dns.Type(typ).String() }

// parseType reads the type of a record.
func parseType(t token) (uint16, *SyntaxError) {
	typ, ok := typeOf(t.text)
	switch {
	case !ok:
		return 0, syntaxErrorf(t.off, "unknown record type %s: %s", clip(t.text), suggest(t.text, commonTypes()))
	case typ == dns.TypeDNAME:
		return 0, syntaxErrorf(t.off, "DNAME is not served: write the CNAME records that it stands for")
	case typ == dns.TypeOPT || typ >= 128 && typ <= 255:
		// RFC 6895 section 3.1: 128 to 255 are meta-types and question types.
		return 0, syntaxErrorf(t.off, "%s is not a type of data: %s", clip(t.text), suggest(t.text, commonTypes()))
	}
	return typ, nil
}

// typeOf reads a mnemonic or TYPEn; the reserved 0 and 65535 are no types.
func typeOf(word string) (uint16, bool) {
	word = strings.ToUpper(word)
	if typ, ok := dns.StringToType[word]; ok {
		return typ, true
	}
	digits, ok := strings.CutPrefix(word, "TYPE")
	if !ok || digits == "" || len(digits) > 5 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return uint16(n), n > 0 && n < 0xffff
}
