package fakedns

import (
	"fmt"
	"strconv"
	"strings"
)

// A SyntaxError says where a text cannot be read, and what to write instead.
type SyntaxError struct {
	Offset int // in octets, from the beginning of the text
	Msg    string
}

func (e *SyntaxError) Error() string {
	return "offset " + strconv.Itoa(e.Offset) + ": " + e.Msg
}

func syntaxErrorf(offset int, format string, args ...any) *SyntaxError {
	return &SyntaxError{offset, fmt.Sprintf(format, args...)}
}

// clip quotes a word for a message, shortened if it is long.
func clip(word string) string {
	const most = 60
	if len(word) > most {
		return strconv.QuoteToASCII(word[:most]) + "..."
	}
	return strconv.QuoteToASCII(word)
}

// suggest names the known word nearest to a wrong one, or all of them if none
// is near.
func suggest(word string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k), least); d < least && d < len(k) {
			best, least = k, d
		}
	}
	if best == "" {
		return "known are " + strings.Join(known, ", ")
	}
	return "write " + best
}

// distance counts the letters to insert, delete or replace to make b of a
// (Levenshtein), and gives up with limit where the lengths alone tell.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
