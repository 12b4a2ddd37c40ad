package fakedns

import (
	"fmt"
	"strconv"
	"strings"

	"mxlab/internal/nearest"
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
	if meant := nearest.Word(word, known...); meant != "" {
		return "write " + meant
	}
	return "known are " + strings.Join(known, ", ")
}
