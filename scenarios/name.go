package scenarios

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// parseDomain reads the recipient's domain and gives it in lower case and
// A-labels (RFC 5890 section 2.3.2.1).
func parseDomain(s string) (string, error) {
	switch _, err := netip.ParseAddr(s); {
	case err == nil:
		return "", wrong(0, "%s is an address; write the domain behind the @ of the recipient", s)
	case strings.HasSuffix(s, "."):
		return "", wrong(len(s)-1, "write the domain without the dot at its end")
	case strings.Contains(s, "@"):
		return "", wrong(strings.Index(s, "@"), "write only the domain, what stands behind the @")
	}
	profile := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))
	a, err := profile.ToASCII(s)
	if err != nil {
		return "", wrong(0, "%q is no domain name; write labels of letters, digits and hyphens with dots between them, at most 63 octets each", clip(s))
	}
	return a, nil
}

// checkHost says what is wrong with a host name in the form that results have:
// lower case, A-labels, no trailing dot. Underscores are let pass, because the
// DNS has them.
func checkHost(w word) error {
	if strings.HasSuffix(w.text, ".") && len(w.text) > 1 {
		return wrong(w.offset+len(w.text)-1, "write the name without the dot at its end")
	}
	for i, r := range w.text {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_':
		case r >= 'A' && r <= 'Z':
			return wrong(w.offset+i, "names are compared in lower case; write %s", strings.ToLower(w.text))
		case r >= 0x80:
			return wrong(w.offset+i, "write the name in A-labels (xn--...), as it stands in the DNS")
		default:
			return wrong(w.offset+i, "%q is no part of a host name; write labels of letters, digits and hyphens with dots between them", r)
		}
	}
	for _, label := range strings.Split(w.text, ".") {
		if label == "" || len(label) > 63 || len(w.text) > 253 {
			return wrong(w.offset, "%q is no host name; a label has 1 to 63 octets, a name 253 (RFC 1035 section 2.3.4)", clip(w.text))
		}
	}
	return nil
}

// clip shortens a text for a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "..."
	}
	return s
}
