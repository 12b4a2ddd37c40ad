package verify

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// The limits of RFC 1035 section 2.3.4; 253 octets of text are 255 on the wire.
const (
	maxLabel = 63
	maxName  = 253
)

// hostName says why a string is not a host name in A-labels, or nothing.
func hostName(s string) Mismatch {
	if s == "" {
		return NotHostName
	}
	long := len(s) > maxName
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			if !hostOctet(s[i]) {
				if isAddress(s) {
					return AddressText
				}
				return NotHostName
			}
			continue
		}
		if i == start {
			return NotHostName
		}
		long = long || i-start > maxLabel
		start = i + 1
	}
	switch {
	case long:
		return TooLong
	case isAddress(s):
		return AddressText
	}
	return ""
}

func hostOctet(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

func hostOctets(s string) bool {
	for i := range len(s) {
		if !hostOctet(s[i]) {
			return false
		}
	}
	return true
}

// isAddress parses only what can be an address, because a parse that fails
// allocates its error.
func isAddress(s string) bool {
	last := s[len(s)-1]
	if ('0' > last || last > '9') && strings.IndexByte(s, ':') < 0 {
		return false
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// aLabels turns U-labels into A-labels (RFC 9525 section 6.3). Nothing is
// mapped: a label with full-width letters or another dot is not a U-label
// (RFC 5890 section 2.3.2.1). A left-most label with a star is left alone.
func aLabels(s string) (string, Mismatch) {
	if len(s) > 4*maxName { // no U-label needs more than four octets for one of its A-label
		return "", TooLong
	}
	star := ""
	rest := s
	if first, after, dotted := strings.Cut(s, "."); strings.IndexByte(first, '*') >= 0 {
		switch {
		case !dotted:
			return "", StarAlone
		case !ascii(first):
			return "", StarIDN
		}
		star, rest = first+".", after
	}
	if strings.IndexByte(rest, '*') >= 0 {
		return "", StarPlace
	}
	a, err := idna.Registration.ToASCII(strings.Map(lower, rest))
	if err != nil {
		return "", NotHostName
	}
	return star + a, ""
}

func lower(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		r += 'a' - 'A'
	}
	return r
}

// hasACE reports whether a label is an A-label (RFC 5890 section 2.3.2.1).
func hasACE(label string) bool {
	return len(label) >= 4 && strings.EqualFold(label[:4], "xn--")
}

// parent is what stands behind the left-most label.
func parent(name string) string {
	_, rest, _ := strings.Cut(name, ".")
	return rest
}

// under reports whether a name is a domain or lies below it.
func under(name, domain string) bool {
	i := len(name) - len(domain)
	return i >= 0 && strings.EqualFold(name[i:], domain) && (i == 0 || name[i-1] == '.')
}
