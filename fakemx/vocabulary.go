package fakemx

import (
	"fmt"
	"slices"
	"strings"
)

// vocabulary lists the words of a host line, with a usual code or version
// where there is a choice.
func vocabulary() []string {
	return []string{
		"no-tls",
		"no-starttls", "starttls=454", "starttls=on-greeting-line", "starttls=overwritten",
		"after-220=close", "after-220=silent", "after-220=garbage", "after-220=alert",
		"greeting=554", "greeting=silent",
		"connect=refused", "connect=silent",
		"tls=1.0", "tls=1.2-1.3",
		"rcpt=550",
	}
}

// suggest returns a code that a refusal of this kind usually has.
func suggest(key string) string {
	for _, w := range vocabulary() {
		if k, code, _ := strings.Cut(w, "="); k == key && isCode(code) {
			return w
		}
	}
	return ""
}

// unknown is the error for a word that is not in the vocabulary. It gives the
// nearest one, or all that could have been meant if none is near.
func unknown(word string) error {
	key, _, _ := strings.Cut(word, "=")
	choice := slices.DeleteFunc(vocabulary(), func(w string) bool { return !strings.HasPrefix(w, key+"=") })
	if len(choice) == 0 {
		choice = vocabulary()[1:] // no-tls is no fault
	}
	if near := nearest(word, choice); near != "" {
		return fmt.Errorf("unknown word %q: did you mean %s?", word, near)
	}
	return fmt.Errorf("unknown word %.40q: write one of %s", word, strings.Join(choice, ", "))
}

// nearest returns the word that was probably meant, or "".
func nearest(word string, choice []string) string {
	if len(word) > 40 {
		return ""
	}
	best, distance := "", 0
	for _, w := range choice {
		if d := editDistance(strings.ToLower(word), w); best == "" || d < distance {
			best, distance = w, d
		}
	}
	if distance > 3 || !strings.Contains(word, "=") && strings.HasPrefix(best, word) {
		return ""
	}
	return best
}

// editDistance counts the octets to insert, delete or replace (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
