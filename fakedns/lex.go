package fakedns

import "strings"

// A token is one word of a master file, as written: with its quotes and
// escapes.
type token struct {
	text string
	off  int
}

// An entry is one logical line of a master file: a record or a directive,
// with the lines that its parentheses joined, without comments.
type entry struct {
	tokens []token
	blank  bool // the line began with a blank: the owner is the one before
}

// A lexer cuts a master file into entries. RFC 1035 section 5.1.
type lexer struct {
	text string
	pos  int
	line int // where the present line begins
}

// next returns the next entry; without tokens at the end of the text.
func (lx *lexer) next() (entry, *SyntaxError) {
	var e entry
	var open []int // offsets of the parentheses not yet closed
	for lx.pos < len(lx.text) {
		switch c := lx.text[lx.pos]; c {
		case '\n':
			lx.pos++
			lx.line = lx.pos
			if len(open) == 0 && len(e.tokens) > 0 {
				return e, nil
			}
		case ' ', '\t', '\r':
			lx.pos++
		case ';':
			n := strings.IndexByte(lx.text[lx.pos:], '\n')
			if n < 0 {
				n = len(lx.text) - lx.pos
			}
			lx.pos += n
		case '(':
			open = append(open, lx.pos)
			lx.pos++
		case ')':
			if len(open) == 0 {
				return entry{}, syntaxErrorf(lx.pos, "there is no ( to this ): delete it, or quote the text that it belongs to")
			}
			open = open[:len(open)-1]
			lx.pos++
		default:
			if len(e.tokens) == 0 {
				e.blank = lx.pos != lx.line
			}
			t, err := lx.word()
			if err != nil {
				return entry{}, err
			}
			e.tokens = append(e.tokens, t)
		}
	}
	if len(open) > 0 {
		return entry{}, syntaxErrorf(open[len(open)-1], "this ( is never closed: add )")
	}
	return e, nil
}

// skipLine goes behind the line at which a mistake was met.
func (lx *lexer) skipLine() {
	n := strings.IndexByte(lx.text[lx.pos:], '\n')
	if n < 0 {
		lx.pos = len(lx.text)
		return
	}
	lx.pos += n + 1
	lx.line = lx.pos
}

// word reads one token; the text at lx.pos is not a delimiter.
func (lx *lexer) word() (token, *SyntaxError) {
	start, quote := lx.pos, -1
	for ; lx.pos < len(lx.text); lx.pos++ {
		c := lx.text[lx.pos]
		switch {
		case c == '\\':
			lx.pos++
			if lx.pos == len(lx.text) || lx.text[lx.pos] < ' ' || lx.text[lx.pos] > '~' {
				return token{}, syntaxErrorf(lx.pos-1, `nothing to escape after \: write \\ for the character itself, \DDD for an octet`)
			}
		case c == '"' && quote < 0:
			quote = lx.pos
		case c == '"':
			quote = -1
		case c == '\n' && quote >= 0:
			return token{}, syntaxErrorf(quote, `this quote is not closed on its line: add "`)
		case quote < 0 && strings.IndexByte(" \t\r\n;()", c) >= 0:
			return token{lx.text[start:lx.pos], start}, nil
		case c < ' ' && c != '\t' && c != '\r' || c == 0x7f:
			return token{}, syntaxErrorf(lx.pos, `octet %d is a control character: write \%03d`, c, c)
		case c > 0x7f && quote < 0:
			return token{}, syntaxErrorf(lx.pos, `octet %#x is not ASCII: write an internationalized name as A-labels (xn--...), any other octet as \%03d`, c, c)
		}
	}
	if quote >= 0 {
		return token{}, syntaxErrorf(quote, `this quote is not closed on its line: add "`)
	}
	return token{lx.text[start:], start}, nil
}
