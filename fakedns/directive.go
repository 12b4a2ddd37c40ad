package fakedns

import "strings"

// directive reads $ORIGIN (RFC 1035 section 5.1) and $TTL (RFC 2308 section 4).
func (p *parser) directive(words []token) *SyntaxError {
	first := words[0]
	name := strings.ToUpper(first.text)
	switch name {
	case "$ORIGIN", "$TTL":
	case "$INCLUDE":
		return syntaxErrorf(first.off, "$INCLUDE is refused, a zone text reads no files: write the records here")
	case "$GENERATE":
		return syntaxErrorf(first.off, "$GENERATE is refused: write the records one by one")
	default:
		return syntaxErrorf(first.off, "unknown directive %s: %s", clip(first.text), suggest(first.text, []string{"$ORIGIN", "$TTL"}))
	}
	if len(words) != 2 {
		return syntaxErrorf(words[min(2, len(words)-1)].off, "%s takes one word: write $ORIGIN example.com. or $TTL 3600", name)
	}
	if name == "$TTL" {
		ttl, err := parseTTL(words[1])
		if err != nil {
			return err
		}
		p.ttl, p.hasTTL, p.dirTTL = ttl, true, true
		return nil
	}
	origin, err := p.absolute(words[1])
	if err != nil {
		return err
	}
	p.origin = origin
	return nil
}

// parseTTL reads seconds, or numbers with the units of BIND: 1h30m.
func parseTTL(t token) (uint32, *SyntaxError) {
	const most = 1<<31 - 1 // RFC 2181 section 8
	var total, number uint64
	digits := false
	for i, c := range []byte(strings.ToLower(t.text)) {
		unit := map[byte]uint64{'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 604800}[c]
		switch {
		case c >= '0' && c <= '9':
			number, digits = number*10+uint64(c-'0'), true
		case unit > 0 && digits:
			total, number, digits = total+number*unit, 0, false
		default:
			return 0, syntaxErrorf(t.off+i, "%s is no TTL: write seconds, such as 300, or 5m", clip(t.text))
		}
		if total+number > most {
			return 0, syntaxErrorf(t.off, "a TTL is at most %d seconds (RFC 2181 section 8)", most)
		}
	}
	return uint32(total + number), nil
}
