package verify

import "strings"

// Wildcards says what a star in a presented identifier may stand for.
type Wildcards int

// The rules for stars.
const (
	WholeLabel Wildcards = iota // RFC 9525 section 6.3: the star is the whole left-most label and stands for exactly one label
	ManyLabels                  // the star is the whole left-most label and stands for one label or more
	Fragments                   // RFC 2818 section 3.1 by the letter: a star may also be a part of the left-most label (f*.example)
)

// A Mismatch says why a presented identifier does not match a reference
// identifier: a closed list, in words for a person. The empty Mismatch means
// that it matches.
type Mismatch string

// The mismatches.
const (
	OtherName   Mismatch = "other name"                                          // two names, not the same
	StarLabels  Mismatch = "the star stands for exactly one label"               // *.example against example or a.b.example
	StarPart    Mismatch = "the star is not the whole left-most label"           // mx*.example, where only WholeLabel is allowed
	StarPlace   Mismatch = "a star must be in the left-most label"               // mx.*.example, *.*.example
	StarTwice   Mismatch = "more than one star in a label"                       // m**.example, *x*.example
	StarAlone   Mismatch = "no domain behind the star"                           // * and mx*
	StarIDN     Mismatch = "a star cannot be part of an internationalised label" // xn--*.example; x*.example against xn--9ca.example
	TrailingDot Mismatch = "trailing dot"                                        // RFC 5280 section 4.2.1.6: preferred name syntax has none
	EmptyName   Mismatch = "empty"
	NotHostName Mismatch = "not a host name" // empty labels, other octets than letters, digits, hyphen and underscore, no valid U-label
	TooLong     Mismatch = "too long"        // a label of more than 63 octets, a name of more than 253
	AddressText Mismatch = "an IP address is not a host name"
	NotAName    Mismatch = "the reference is not a host name" // whatever is presented
	NoNames     Mismatch = "no names presented"               // of MatchAny only
)

// Mismatches lists the closed set.
func Mismatches() []Mismatch {
	return []Mismatch{OtherName, StarLabels, StarPart, StarPlace, StarTwice, StarAlone, StarIDN,
		TrailingDot, EmptyName, NotHostName, TooLong, AddressText, NotAName, NoNames}
}

// MatchName compares a presented identifier, as it stands in the certificate,
// to a reference identifier, which is a host name in A-labels without the
// trailing dot. It returns the empty Mismatch if they match.
//
// Names are compared label by label, ASCII letters without case (RFC 9525
// section 6.3). U-labels are accepted in the presented identifier only. Text
// that is an IP address matches nothing (RFC 9525 section 3: an address is an
// IP-ID, not a DNS-ID). Which names a star should not be issued for, such as
// *.example, is out of scope (RFC 9525 section 7.1); it matches there too.
// Underscores, and hyphens at the edge of a label, are no host name by
// RFC 1123 section 2.1 but tolerated, because senders compare octets.
func MatchName(presented, reference string, w Wildcards) Mismatch {
	if hostName(reference) != "" {
		return NotAName
	}
	return match(presented, reference, w)
}

// MatchAny compares each presented identifier to a reference identifier. It
// returns the first one that matches; or none, and of all mismatches the most
// telling: first that of a name which nearly fits, then "other name", then that
// of text which is no name at all; among equals the first.
func MatchAny(presented []string, reference string, w Wildcards) (matched string, why Mismatch) {
	if hostName(reference) != "" {
		return "", NotAName
	}
	why, best := NoNames, -1
	for _, p := range presented {
		m := match(p, reference, w)
		if m == "" {
			return p, ""
		}
		if t := telling(m, p, reference); t > best {
			why, best = m, t
		}
	}
	return "", why
}

// MatchBelow finds the first presented identifier that lies below a domain: it
// has at least one label more. *.example lies below example.
func MatchBelow(presented []string, domain string) (matched string, why Mismatch) {
	if hostName(domain) != "" {
		return "", NotAName
	}
	why = NoNames
	for _, p := range presented {
		name := strings.TrimPrefix(p, "*.")
		if !ascii(name) {
			name, _ = aLabels(name) // empty if there are none
		}
		if hostName(name) == "" && under(name, domain) && (len(name) > len(domain) || p[0] == '*') {
			return p, ""
		}
		why = OtherName
	}
	return "", why
}

func telling(m Mismatch, presented, reference string) int {
	switch {
	case m == OtherName:
		return 1
	case under(reference, parent(strings.TrimSuffix(presented, "."))):
		return 2
	}
	return 0
}

// match is MatchName for a reference that is a host name.
func match(presented, reference string, w Wildcards) Mismatch {
	switch {
	case presented == "":
		return EmptyName
	case presented[len(presented)-1] == '.':
		return TrailingDot
	case !ascii(presented):
		a, why := aLabels(presented)
		if why != "" {
			return why
		}
		presented = a
	}
	if strings.IndexByte(presented, '*') >= 0 {
		return matchStar(presented, reference, w)
	}
	if why := hostName(presented); why != "" {
		return why
	}
	if !strings.EqualFold(presented, reference) {
		return OtherName
	}
	return ""
}

func matchStar(presented, reference string, w Wildcards) Mismatch {
	first, rest, dotted := strings.Cut(presented, ".")
	before, after, _ := strings.Cut(first, "*")
	switch {
	case !dotted:
		return StarAlone
	case strings.IndexByte(rest, '*') >= 0:
		return StarPlace
	case strings.IndexByte(after, '*') >= 0:
		return StarTwice
	case len(first) > maxLabel, len(presented) > maxName:
		return TooLong
	case !hostOctets(before), !hostOctets(after):
		return NotHostName
	}
	if why := hostName(rest); why != "" && why != AddressText {
		return why
	}
	whole := len(first) == 1
	switch {
	case !whole && hasACE(first):
		return StarIDN // RFC 6125 section 6.4.3: not inside an A-label
	case !whole && w != Fragments:
		return StarPart // RFC 9525 section 6.3: such an identifier is ignored
	}

	refFirst, refRest, _ := strings.Cut(reference, ".")
	if !strings.EqualFold(rest, refRest) {
		switch {
		case !whole || !under(reference, rest):
		case w == ManyLabels && len(reference) > len(rest):
			return ""
		default:
			return StarLabels
		}
		return OtherName
	}
	switch {
	case whole:
		return ""
	case hasACE(refFirst):
		return StarIDN
	// The fragment may be empty, as in OpenSSL: RFC 2818 does not say.
	case len(refFirst) >= len(before)+len(after) &&
		strings.EqualFold(refFirst[:len(before)], before) &&
		strings.EqualFold(refFirst[len(refFirst)-len(after):], after):
		return ""
	}
	return OtherName
}
