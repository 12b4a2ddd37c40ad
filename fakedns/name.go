package fakedns

import (
	"errors"
	"strings"

	"github.com/miekg/dns"
)

var errName = errors.New("a domain name has labels of 1 to 63 octets, and at most 255 octets in all (RFC 1035 section 2.3.4)")

// canonical brings an absolute name into the form in which all names are
// compared here: lower case (RFC 1035 section 2.3.3), a trailing dot, and
// escaped the way in which the dns package unpacks names. The wire form in
// between makes \097 and a the same.
func canonical(name string) (string, error) {
	n, err := wireForm(name)
	return strings.ToLower(n), err
}

// wireForm is canonical, but for the case of the letters.
func wireForm(name string) (string, error) {
	if name == "" {
		return "", errName
	}
	name = dns.Fqdn(name)
	if _, ok := dns.IsDomainName(name); !ok {
		return "", errName
	}
	var buf [256]byte
	n, err := dns.PackDomainName(name, buf[:], 0, nil, false)
	if err != nil {
		return "", errName
	}
	name, _, err = dns.UnpackDomainName(buf[:n], 0)
	if err != nil {
		return "", errName
	}
	return name, nil
}

// display drops the trailing dot of a canonical name; the root stays ".".
func display(name string) string {
	if name == "." {
		return name
	}
	return strings.TrimSuffix(name, ".")
}

// parent gives the name one label up; false for the root.
func parent(name string) (string, bool) {
	if name == "." {
		return "", false
	}
	off, end := dns.NextLabel(name, 0)
	if end {
		return ".", true
	}
	return name[off:], true
}

// lastLabels gives the n right-most labels of a name, or all if it has fewer.
func lastLabels(name string, n int) string {
	at := dns.Split(name)
	if len(at) <= n {
		return name
	}
	return name[at[len(at)-n]:]
}

// under reports whether a canonical name is at or below another.
func under(name, ancestor string) bool {
	for ok := true; ok; name, ok = parent(name) {
		if name == ancestor {
			return true
		}
	}
	return false
}

// numeric reports whether the right-most label of a name is all digits.
func numeric(name string) bool {
	last := lastLabels(name, 1)
	return last != "." && strings.Trim(last, "0123456789.") == ""
}
