package fakedns

import (
	"strings"

	"github.com/miekg/dns"
)

// The limits of a zone text.
const (
	maxText    = 4 << 20 // octets
	maxRecords = 100_000
	maxRRset   = 50_000 // octets: an RRset travels in one message
)

const defaultTTL = 3600 // seconds, where the text says none

// ParseZone reads a master file (RFC 1035 section 5). An answer pasted from dig
// is one: its headings are comments. A record without a TTL has that of $TTL,
// else that of the record before, else an hour. RFC 2181 section 5.2 wants one
// TTL for an RRset: the smallest is served. A record may be repeated; only
// the first counts.
//
// The zones are found thus: every owner of an SOA record is the apex of a
// zone. Of the other owners, those at or below domain, the recipient's domain,
// belong to a zone of that name; the rest to the zone of their two right-most
// labels. The /24 (IPv4) or /64 (IPv6) reverse zone of each address of the
// text, and of each owner in in-addr.arpa or ip6.arpa, is served too. An SOA
// that is missing is made. NS records below an apex delegate: names there are
// answered with a referral, so other data than glue is an error there.
//
// domain may be empty. The error is a *[SyntaxError]. $INCLUDE and $GENERATE
// are refused, as is a text of more than 4 MiB or 100,000 records.
func ParseZone(text, domain string) (*Zone, error) {
	z, wrong := ParseZoneAll(text, domain)
	if len(wrong) > 0 {
		return nil, wrong[0]
	}
	return z, nil
}

// maxErrors is how many mistakes of a text are told.
const maxErrors = 50

// ParseZoneAll is ParseZone for an editor: it goes on behind a line that cannot
// be read, and gives every mistake that it meets, in the order of the text. With
// one there is no zone.
func ParseZoneAll(text, domain string) (*Zone, []*SyntaxError) {
	if domain != "" {
		name, err := canonical(domain)
		if err != nil {
			return nil, []*SyntaxError{syntaxErrorf(0, "the recipient domain %s is no name: %v", clip(domain), err)}
		}
		domain = name
	}
	if len(text) > maxText {
		return nil, []*SyntaxError{syntaxErrorf(maxText, "the zone text has %d octets: at most %d are read", len(text), maxText)}
	}
	p := parser{sets: make(map[setKey]*setState), kinds: make(map[string]nodeKind)}
	lx := lexer{text: text}
	var wrong []*SyntaxError
	for len(wrong) < maxErrors {
		e, err := lx.next()
		switch {
		case err != nil:
			lx.skipLine()
		case len(e.tokens) > 0:
			err = p.entry(e)
		default:
			return p.zone(domain, wrong)
		}
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	return nil, wrong
}

// zone makes a zone of the records, unless there are mistakes already or one
// in how they stand together.
func (p *parser) zone(domain string, wrong []*SyntaxError) (*Zone, []*SyntaxError) {
	if len(wrong) > 0 {
		return nil, wrong
	}
	z := &Zone{records: p.records}
	if err := z.findApexes(domain); err != nil {
		return nil, []*SyntaxError{err}
	}
	if err := z.checkCuts(); err != nil {
		return nil, []*SyntaxError{err}
	}
	return z, nil
}

// A parser gathers the records of one text.
type parser struct {
	records []record
	sets    map[setKey]*setState
	kinds   map[string]nodeKind

	origin string // with its trailing dot; empty if there is none
	owner  string // of the record before
	ttl    uint32 // of the record before
	hasTTL bool
	dirTTL bool // ttl was set by $TTL, which a record's own does not change

	wire []byte // where records are packed
}

type setKey struct {
	name string
	typ  uint16
}

func (p *parser) entry(e entry) *SyntaxError {
	first := e.tokens[0]
	if !e.blank && strings.HasPrefix(first.text, "$") {
		return p.directive(e.tokens)
	}
	rest := e.tokens
	if e.blank {
		if p.owner == "" {
			return syntaxErrorf(first.off, "a line that begins with a blank belongs to the owner of the line before, and there is none: begin the line with a name")
		}
	} else {
		name, err := p.absolute(first)
		if err != nil {
			return err
		}
		p.owner, rest = strings.ToLower(name), rest[1:]
	}
	if len(p.records) == maxRecords {
		return syntaxErrorf(first.off, "more than %d records", maxRecords)
	}
	h, rest, err := p.header(first, rest)
	if err != nil {
		return err
	}
	rr, err := p.data(h, rest)
	if err != nil {
		return err
	}
	return p.add(first.off, rr)
}

// header reads [TTL] [class] type, the first two in either order.
func (p *parser) header(first token, rest []token) (dns.RR_Header, []token, *SyntaxError) {
	h := dns.RR_Header{Name: p.owner, Class: dns.ClassINET, Ttl: defaultTTL}
	if p.hasTTL {
		h.Ttl = p.ttl
	}
	var hasTTL, hasClass bool
	for i, t := range rest {
		word := strings.ToUpper(t.text)
		if c := word[0]; !hasTTL && c >= '0' && c <= '9' {
			ttl, err := parseTTL(t)
			if err != nil {
				return h, nil, err
			}
			h.Ttl, hasTTL = ttl, true
			continue
		}
		if class, ok := dns.StringToClass[word]; ok && !hasClass && word != "ANY" && word != "NONE" {
			if class != dns.ClassINET {
				return h, nil, syntaxErrorf(t.off, "class %s is not served: write IN", word)
			}
			hasClass = true
			continue
		}
		typ, err := parseType(t)
		if err != nil {
			return h, nil, err
		}
		h.Rrtype = typ
		if hasTTL && !p.dirTTL {
			p.ttl, p.hasTTL = h.Ttl, true
		}
		if i+1 == len(rest) {
			return h, nil, syntaxErrorf(t.off, "the %s record ends here: %s", typeName(typ), expected(typ))
		}
		return h, rest[i+1:], nil
	}
	return h, nil, syntaxErrorf(first.off, "this line has no record type: write NAME TTL IN TYPE DATA")
}

// absolute completes a name of the text, and keeps the case of its letters.
func (p *parser) absolute(t token) (string, *SyntaxError) {
	name := t.text
	switch {
	case name == "@" && p.origin == "":
		return "", syntaxErrorf(t.off, "@ stands for the $ORIGIN, and there is none: write the name")
	case name == "@":
		name = p.origin
	case strings.ContainsRune(name, '"'):
		return "", syntaxErrorf(t.off, "a name is not quoted: write %s without quotes", clip(strings.Trim(name, `"`)))
	case dns.IsFqdn(name):
	case p.origin == "":
		return "", relative(t)
	case p.origin == ".":
		name += "."
	default:
		name += "." + p.origin
	}
	full, err := wireForm(name)
	if err != nil {
		return "", syntaxErrorf(t.off, "%s is no domain name: %v", clip(t.text), err)
	}
	return full, nil
}

func relative(t token) *SyntaxError {
	return syntaxErrorf(t.off, "the name %s is relative, and there is no $ORIGIN: end it with a dot", clip(t.text))
}
