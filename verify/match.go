package verify

// Wildcards says what a star in a presented identifier may stand for.
type Wildcards int

// The rules for stars.
const (
	WholeLabel Wildcards = iota // RFC 9525 section 6.3: the star is the whole left-most label and stands for exactly one label
	Fragments                   // RFC 2818 section 3.1 by the letter: a star may also be a part of the left-most label (f*.example)
)

// A Mismatch says why a presented identifier does not match a reference
// identifier: a closed list. Empty means that it matches.
type Mismatch string

// MatchName compares a presented identifier, as it stands in the certificate,
// to a reference identifier, which is a host name in lower case and A-labels
// without the trailing dot.
func MatchName(presented, reference string, w Wildcards) Mismatch {
	panic("being written")
}
