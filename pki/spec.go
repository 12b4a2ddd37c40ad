package pki

import (
	"strings"
	"time"
	"unicode/utf8"

	"mxlab/internal/nearest"
)

// A KeyType is a kind of key, in the word of the line.
type KeyType string

// The kinds of keys.
const (
	P256    KeyType = "p256"    // ECDSA on the curve P-256
	RSA2048 KeyType = "rsa2048" // RSA with a modulus of 2048 bits
)

// A Spec is what a line says. It comes from [ParseLine], with the defaults
// filled in.
type Spec struct {
	Words []Word // the line, as written

	CN         string        // empty if there is none
	SAN        []string      // dNSName entries, in order; none if there is no SAN=
	Issuer     string        // "public", "private" or a label; empty if SelfSigned
	CA         bool          // an authority, which may sign
	SelfSigned bool          // signed by its own key
	From       time.Duration // start of the validity, relative to the lab's time
	Until      time.Duration // end of the validity, likewise; never before From
	Send       []string      // "leaf", "issuer", "root" and labels, leaf first; nil for the path without its root
	Key        KeyType
	EKU        []string // "serverAuth", "clientAuth"; nil for both, and for an authority
}

// The words whose meaning is fixed, so that no label may be one of them.
const (
	public  = "public"
	private = "private"
	leaf    = "leaf"
	issuer  = "issuer"
	root    = "root"
)

// known lists the words of a line.
func known() []string {
	return []string{"CN=", "SAN=", "issuer=", "ca", "self-signed", "from=", "until=", "send=", "key=", "eku="}
}

// A parser reads one line into its spec.
type parser struct {
	spec Spec
	seen map[string]int // offset of each word, by name
}

// ParseLine reads a certificate line; the package comment lists the words. The
// error is a [*SyntaxError]. Whether the labels that a line refers to exist is
// for [Lab.Check] to say.
func ParseLine(line string) (Spec, error) {
	words, err := splitWords(line)
	if err != nil {
		return Spec{}, err
	}
	p := parser{Spec{Words: words, Key: P256}, map[string]int{}}
	for _, w := range words {
		if err := p.word(w); err != nil {
			return Spec{}, err
		}
	}
	if err := p.finish(len(line)); err != nil {
		return Spec{}, err
	}
	return p.spec, nil
}

func (p *parser) word(w Word) error {
	name, v, ok, err := w.split()
	if err != nil {
		return err
	}
	if err := checkName(w, name, ok); err != nil {
		return err
	}
	if _, again := p.seen[name]; again {
		return wrong(w.Offset, "%s stands here a second time; write it once%s", name, listHint(name))
	}
	p.seen[name] = w.Offset
	if ok && v.text == "" {
		return wrong(v.offset(), "%s= has no value; write one, or leave the word out", name)
	}
	return p.set(name, v)
}

// checkName refuses an unknown word, and a known one with "=" where none
// belongs or without it where it does.
func checkName(w Word, name string, hasValue bool) error {
	words := known()
	with, bare := false, false
	for _, k := range words {
		with = with || k == name+"="
		bare = bare || k == name
	}
	switch {
	case bare && hasValue:
		return wrong(w.Offset+len(name), "%s takes no value; write %s alone", name, name)
	case with && !hasValue:
		return wrong(w.Offset, "%s needs a value; write %s=...", name, name)
	case with || bare:
		return nil
	}
	said := name
	if hasValue {
		said += "="
	}
	if n := nearest.Word(said, words...); n != "" {
		return wrong(w.Offset, "unknown word %q; write %s", said, n)
	}
	return wrong(w.Offset, "unknown word %q; write one of %s", said, strings.Join(words, " "))
}

func listHint(name string) string {
	if name == "SAN" || name == "send" {
		return ", with commas: " + name + "=a,b"
	}
	return ""
}

// set takes over one known word, with its value if it has one.
func (p *parser) set(name string, v value) (err error) {
	s := &p.spec
	switch name {
	case "ca":
		s.CA = true
	case "self-signed":
		s.SelfSigned = true
	case "CN":
		// RFC 5280 section 4.1.2.4: a UTF8String or PrintableString.
		if !utf8.ValidString(v.text) {
			return wrong(v.offset(), `a common name is UTF-8 text; write \u00NN for a character, not \xNN for a byte`)
		}
		s.CN = v.text
	case "SAN":
		s.SAN, err = parseNames(v)
	case "issuer":
		s.Issuer, err = parseLabel(v)
	case "from":
		s.From, err = parseAge(v)
	case "until":
		s.Until, err = parseAge(v)
	case "send":
		s.Send, err = parseSend(v)
	case "eku":
		s.EKU, err = parseUsages(v)
	case "key":
		s.Key = KeyType(v.text)
		if s.Key != P256 && s.Key != RSA2048 {
			return wrong(v.offset(), "unknown kind of key %q; write key=p256 or key=rsa2048", v.text)
		}
	}
	return err
}

// finish fills in the defaults and refuses words that contradict each other.
func (p *parser) finish(end int) error {
	s := &p.spec
	issuerAt, hasIssuer := p.seen["issuer"]
	switch {
	case s.CN == "" && s.SAN == nil:
		return wrong(end, "the certificate has no name; write CN= or SAN=")
	case s.CA && s.CN == "":
		// RFC 5280 section 4.1.2.6: the subject of an authority is not empty.
		return wrong(p.seen["ca"], "an authority needs a subject; write CN= beside ca")
	case s.CA && s.EKU != nil:
		return wrong(p.seen["eku"], "an authority has no extended key usage; write eku= in the line of the certificate that it signs")
	case s.SelfSigned && hasIssuer:
		return wrong(issuerAt, "a self-signed certificate has no other issuer; write self-signed or issuer=, not both")
	case !s.SelfSigned && !hasIssuer:
		s.Issuer = public
	}
	if s.SelfSigned {
		for i, what := range s.Send {
			if what == issuer || what == root {
				return wrong(s.offset("send", i), "a self-signed certificate has no %s to send; write send=leaf", what)
			}
		}
	}
	return p.finishValidity()
}

// offset gives the place in the line of the i-th value of a word, or of the
// line if there is no such word.
func (s *Spec) offset(word string, i int) int {
	for _, w := range s.Words {
		if name, v, _, err := w.split(); name == word && err == nil {
			if list := v.list(); i < len(list) {
				return list[i].offset()
			}
		}
	}
	return 0
}

// line is the line with one blank between its words.
func (s *Spec) line() string {
	var words []string
	for _, w := range s.Words {
		words = append(words, w.Text)
	}
	return strings.Join(words, " ")
}
