package postfix

import (
	"strings"

	"mxlab/verify"
)

// Match looks for a presented identifier that stands for the reference, as
// X509_check_host(3) of OpenSSL 3.0 does with X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
// and says why none does. A reference that begins with a dot stands for every name
// below it. Octets are compared, ASCII letters without case; nothing is converted.
func Match(presented []string, reference string) (string, verify.Mismatch) {
	why := verify.NoNames
	for i, p := range presented {
		m := match(p, reference)
		if m == "" {
			return p, ""
		}
		if i == 0 || why == verify.OtherName {
			why = m
		}
	}
	return "", why
}

func match(presented, reference string) verify.Mismatch {
	if strings.HasPrefix(reference, ".") {
		if n := len(presented) - len(reference); n > 0 && strings.EqualFold(presented[n:], reference) && !strings.Contains(presented, "\x00") {
			return ""
		}
		return verify.OtherName
	}
	if !strings.Contains(presented, "*") {
		if strings.EqualFold(presented, reference) {
			return ""
		}
		if strings.EqualFold(strings.TrimSuffix(presented, "."), reference) {
			return verify.TrailingDot
		}
		return verify.OtherName
	}
	first, rest, dotted := strings.Cut(presented, ".")
	switch {
	case !dotted:
		return verify.StarAlone
	case strings.Contains(rest, "*"):
		return verify.StarPlace
	case first != "*":
		return verify.StarPart
	case strings.Count(rest, ".") == 0, !ldh(rest):
		return verify.StarAlone // a star needs two labels behind it
	}
	label, domain, _ := strings.Cut(reference, ".")
	switch {
	case strings.EqualFold(domain, rest) && label != "" && ldh(label):
		return ""
	case strings.EqualFold(reference, rest), strings.HasSuffix(strings.ToLower(reference), "."+strings.ToLower(rest)):
		return verify.StarLabels
	}
	return verify.OtherName
}

// ldh reports whether a name has labels of letters, digits and inner hyphens only,
// without which a star stands for nothing.
func ldh(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
	}
	return true
}
