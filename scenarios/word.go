package scenarios

import "strings"

// A word is one word of a line, with its offset.
type word struct {
	text   string
	offset int
}

// split cuts a line at its blanks.
func split(line string) []word {
	var words []word
	for at := 0; ; {
		rest := strings.TrimLeft(line[at:], " \t\n")
		at = len(line) - len(rest)
		if rest == "" {
			return words
		}
		end := strings.IndexAny(rest, " \t\n")
		if end < 0 {
			end = len(rest)
		}
		words = append(words, word{rest[:end], at})
		at += end
	}
}
