package scenarios

import "strings"

// A word is one word of a line, with its offset.
type word struct {
	text   string
	offset int
}

// blanks are what stands between the words of a line.
const blanks = " \t\n"

// split cuts a line at its blanks.
func split(line string) []word {
	var words []word
	for at := 0; ; {
		rest := strings.TrimLeft(line[at:], blanks)
		at = len(line) - len(rest)
		if rest == "" {
			return words
		}
		end := strings.IndexAny(rest, blanks)
		if end < 0 {
			end = len(rest)
		}
		words = append(words, word{rest[:end], at})
		at += end
	}
}
