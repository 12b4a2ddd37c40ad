// Package nearest finds the word that somebody probably meant.
//
// The languages of this module are small: a scenario, a zone fault, a host
// line and a certificate line each know a closed list of words. Whoever writes
// one of them by hand mistypes a letter or swaps two, and an error that names
// the word that was meant is worth more than the list of all of them.
// [Word] finds it by the number of letters that have to be inserted, deleted,
// replaced, or swapped with their neighbour: the optimal string alignment
// distance.
//
// The package never guesses far: where nothing is close, it says nothing.
package nearest

import "strings"

// longest is the number of octets beyond which no word is compared. No known
// word is nearly as long, and the work grows with the product of the lengths.
const longest = 64

// Word gives the known word that is closest to got, ignoring the case of
// ASCII letters, or "" if none is close: at most one letter in three may
// differ, and never more than two. Among equally close words the first one
// wins. A known word that is got itself is returned.
func Word(got string, known ...string) string {
	if len(got) > longest {
		return ""
	}
	best, least := "", 3
	lower := strings.ToLower(got)
	for _, k := range known {
		if len(k) > longest || k == "" {
			continue
		}
		if d := distance(lower, strings.ToLower(k)); d < least && 3*d <= max(len(got), len(k)) {
			best, least = k, d
		}
	}
	return best
}

// Hint gives a clause to append to an error: `; did you mean "hosts"?`, or ""
// if no known word is close.
func Hint(got string, known ...string) string {
	if w := Word(got, known...); w != "" {
		return `; did you mean "` + w + `"?`
	}
	return ""
}

// distance counts the single edits that turn a into b. Octets are compared:
// every known word is ASCII.
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
