package pki

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"mxlab/internal/nearest"
)

// A Publication is what an authority gives out beside certificates, for anybody
// to fetch: its list of revoked certificates, its answers about single ones, its
// own certificate. It comes from [ParsePublication], with the defaults filled
// in; [Lab.Publish] makes the bytes.
type Publication struct {
	Words []Word // the line, as written

	Kind     Kind
	Of       string        // whose it is: "public", "private" or a label
	Root     bool          // of a hierarchy the root, not the issuing authority
	From     time.Duration // thisUpdate, relative to the lab's time
	Until    time.Duration // nextUpdate, likewise; never before From
	Endless  bool          // an answer without nextUpdate
	Renewed  bool          // made anew every day, so that From and Until count from the day on which it is fetched
	SignedBy string        // "public", "private" or a label; empty for the authority itself
	Answers  string        // "good", "revoked" and so on, about every certificate; empty for what the lines say
	Only     string        // "user" or "ca": the kind of certificates that a list is about; empty for both
	Size     int           // the least that a list has, in octets
	Broken   bool          // the DER ends too early
}

// A Kind is what an authority publishes, in the word that begins the line.
type Kind string

// The kinds of publications, with the type under which HTTP knows them.
const (
	CRL       Kind = "crl"         // a list of revoked certificates (RFC 5280 section 5)
	OCSP      Kind = "ocsp"        // answers about single certificates (RFC 6960)
	CAIssuers Kind = "certificate" // the authority's certificate (RFC 5280 section 4.2.2.1)
)

// ContentType gives the media type of a publication (RFC 2585 section 4, RFC
// 6960 section A.2).
func (k Kind) ContentType() string {
	return map[Kind]string{CRL: "application/pkix-crl", OCSP: "application/ocsp-response", CAIssuers: "application/pkix-cert"}[k]
}

// PublicationVocabulary lists the words of the line of a publication; those
// that end in = take a value. The first three begin a line.
func PublicationVocabulary() []string {
	return []string{"crl", "ocsp", "certificate", "issuer=", "of=", "root", "from=", "until=", "signed-by=", "answers=", "only=", "size=", "der="}
}

// words lists the words that may follow a kind.
func (k Kind) words() []string {
	return map[Kind][]string{
		CRL:       {"issuer=", "root", "from=", "until=", "signed-by=", "only=", "size=", "der="},
		OCSP:      {"issuer=", "root", "from=", "until=", "signed-by=", "answers=", "der="},
		CAIssuers: {"of=", "root", "der="},
	}[k]
}

// answers lists what a responder may be made to say.
func answers() []string {
	return []string{"good", "revoked", "unknown", "try-later", "unauthorized"}
}

// ParsePublication reads the line of a publication; the package comment lists
// the words. The error is a [*SyntaxError]. Whether the labels that a line
// refers to exist is for [Lab.CheckPublication] to say.
func ParsePublication(line string) (Publication, error) {
	kinds := PublicationVocabulary()[:3]
	words, err := splitWords(line)
	switch {
	case err != nil:
		return Publication{}, err
	case len(words) == 0:
		return Publication{}, wrong(0, "the line is empty; begin it with one of %s", strings.Join(kinds, " "))
	case !slices.Contains(kinds, words[0].Text):
		if n := nearest.Word(words[0].Text, kinds...); n != "" {
			return Publication{}, wrong(words[0].Offset, "unknown word %q; begin the line with %s", words[0].Text, n)
		}
		return Publication{}, wrong(words[0].Offset, "the line says what is published by its first word; begin it with one of %s", strings.Join(kinds, " "))
	}
	p := Publication{Words: words, Kind: Kind(words[0].Text), Of: public}
	seen := map[string]int{}
	for _, w := range words[1:] {
		if err := p.word(w, seen); err != nil {
			return Publication{}, err
		}
	}
	if err := p.finish(seen); err != nil {
		return Publication{}, err
	}
	return p, nil
}

func (p *Publication) word(w Word, seen map[string]int) error {
	name, v, ok, err := w.split()
	if err != nil {
		return err
	}
	all, own := PublicationVocabulary()[3:], p.Kind.words()
	if known := slices.Contains(all, name) || slices.Contains(all, name+"="); known && !slices.Contains(own, name) && !slices.Contains(own, name+"=") {
		return wrong(w.Offset, "%s is no word of this line; behind %s stand %s", name, p.Kind, strings.Join(own, " "))
	}
	if err := checkName(w, name, ok, own); err != nil {
		return err
	}
	if _, again := seen[name]; again {
		return wrong(w.Offset, "%s stands here a second time; write it once", name)
	}
	seen[name] = w.Offset
	if ok && v.text == "" {
		return wrong(v.offset(), "%s= has no value; write one, or leave the word out", name)
	}
	return p.set(name, v)
}

// set takes over one known word, with its value if it has one.
func (p *Publication) set(name string, v value) (err error) {
	switch name {
	case "issuer", "of":
		p.Of, err = parseAuthority(name, v)
	case "signed-by":
		p.SignedBy, err = parseAuthority(name, v)
	case "root":
		p.Root = true
	case "from":
		p.From, err = parseAge(v)
	case "until":
		if p.Endless = p.Kind == OCSP && v.text == none; !p.Endless {
			p.Until, err = parseAge(v)
		}
	case "answers":
		err = oneOf(v, "answer", name, answers())
		p.Answers = v.text
	case "only":
		err = oneOf(v, "kind of certificates", name, []string{"user", "ca"})
		p.Only = v.text
	case "size":
		p.Size, err = parseSize(v)
	case "der":
		err = oneOf(v, "encoding", name, []string{"broken"})
		p.Broken = true
	}
	return err
}

// finish fills in the defaults and refuses words that contradict each other.
func (p *Publication) finish(seen map[string]int) error {
	if p.Root && p.Of != public && p.Of != private {
		return wrong(seen["root"], "root is that of a hierarchy; write it beside public or private, or leave it out")
	}
	_, hasFrom := seen["from"]
	untilAt, hasUntil := seen["until"]
	if p.Endless {
		hasUntil = false
		delete(seen, "until")
	}
	stated, ok := span{-day, 6 * day}.stated(span{p.From, p.Until}, seen)
	if !ok {
		return wrong(untilAt, "nextUpdate lies before thisUpdate; write until= after from=")
	}
	p.From, p.Until, p.Renewed = stated.from, stated.until, !hasFrom && !hasUntil
	return nil
}

// parseAuthority reads issuer=, of= and signed-by=.
func parseAuthority(word string, v value) (string, error) {
	if msg := labelFault(v.text); msg != "" {
		return "", wrong(v.offset(), "%s", msg)
	}
	switch v.text {
	case leaf, issuer, root:
		return "", wrong(v.offset(), "%s is no authority here; write %s=public, %s=private or %s=LABEL", v.text, word, word, word)
	}
	return v.text, nil
}

// maxList bounds the size of a list, in octets.
const maxList = 100_000_000

// parseSize reads size=, in the units of the SI.
func parseSize(v value) (int, error) {
	for unit, octets := range map[string]uint64{"kB": 1000, "MB": 1000_000} {
		digits, ok := strings.CutSuffix(v.text, unit)
		n, err := strconv.ParseUint(digits, 10, 32)
		switch {
		case !ok || err != nil || n == 0:
		case n > maxList/octets:
			return 0, wrong(v.offset(), "%s is too large; write at most 100MB", v.text)
		default:
			return int(n * octets), nil
		}
	}
	return 0, wrong(v.offset(), "%q is no size; write a whole number and kB or MB, as in 10MB", v.text)
}
