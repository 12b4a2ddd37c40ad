package pki

import (
	"net/netip"
	"strings"
	"time"

	"mxlab/internal/nearest"
)

// A Spec is what a line says. It comes from [ParseLine], with the defaults
// filled in.
type Spec struct {
	Words []Word // the line, as written

	CN         string        // the first common name; empty if there is none
	MoreCN     []string      // the common names behind it
	SAN        []string      // dNSName entries, in order; none if there is no SAN=
	IP         []netip.Addr  // iPAddress entries, of SAN-IP=
	Email      []string      // rfc822Name entries, of SAN-email=
	URI        []string      // uniformResourceIdentifier entries, of SAN-URI=
	Issuer     string        // "public", "private" or a label; empty if SelfSigned
	CA         bool          // an authority, which may sign
	NotCA      bool          // signs although it is no authority
	SelfSigned bool          // signed by its own key
	Trusted    bool          // a root that the sender has
	From       time.Duration // start of the validity, relative to the lab's time
	Until      time.Duration // end of the validity, likewise; never before From
	Send       []string      // "leaf", "issuer", "root" and labels, leaf first; nil for the path without its root
	Key        KeyType       // of a line without KeyOf
	KeyOf      string        // the label of the line that has the same key
	Sig        Hash          // of the issuer's signature; empty for the usual one
	KU         []string      // the key usages of RFC 5280 section 4.2.1.3, or "none"; nil for the usual ones
	EKU        []string      // the extended key usages of RFC 5280 section 4.2.1.12, or "none"; nil for serverAuth and clientAuth, and for none in an authority
	PathLen    int           // how many authorities may follow in a path; -1 for no limit
	Permitted  []string      // name constraints: domains, and ranges of addresses with a slash
	Excluded   []string      // likewise
	Serial     string        // "negative", "0" or "long"; empty for an ordinary one
	MustStaple bool          // RFC 7633
	Critical   bool          // an unknown critical extension
	Broken     bool          // the DER ends too early
	CRL        []string      // http URLs of one CRL distribution point (RFC 5280 section 4.2.1.13)
	OCSP       []string      // those of OCSP responders (RFC 5280 section 4.2.2.1)
	AIA        []string      // those of the issuer's certificate, likewise
	Revoked    bool          // the issuer has revoked it
	RevokedAt  time.Duration // then when, relative to the lab's time
	Staple     string        // the OCSP answer that the host sends along: "good", "expired" and so on; empty for none
}

// The words whose meaning is fixed, so that no label may be one of them.
const (
	public  = "public"
	private = "private"
	leaf    = "leaf"
	issuer  = "issuer"
	root    = "root"
)

// Vocabulary lists the words of a line; those that end in = take a value.
func Vocabulary() []string {
	return []string{"CN=", "SAN=", "issuer=", "ca", "self-signed", "from=", "until=", "send=", "key=", "eku=", "ku=",
		"SAN-IP=", "SAN-email=", "SAN-URI=", "trusted", "not-ca", "key-of=", "sig=", "path-length=",
		"permitted=", "excluded=", "serial=", "must-staple", "critical-unknown", "der=",
		"crl=", "ocsp=", "aia=", "revoked", "revoked=", "staple="}
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
	p := parser{Spec{Words: words, Key: P256, PathLen: -1}, map[string]int{}}
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
	if err := checkName(w, name, ok, Vocabulary()); err != nil {
		return err
	}
	if _, again := p.seen[name]; again && name != "CN" {
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
func checkName(w Word, name string, hasValue bool, words []string) error {
	with, bare := false, false
	for _, k := range words {
		with = with || k == name+"="
		bare = bare || k == name
	}
	switch {
	case with && hasValue, bare && !hasValue:
		return nil
	case bare:
		return wrong(w.Offset+len(name), "%s takes no value; write %s alone", name, name)
	case with:
		return wrong(w.Offset, "%s needs a value; write %s=...", name, name)
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
	switch name {
	case "SAN", "SAN-IP", "SAN-email", "SAN-URI", "send", "ku", "eku", "permitted", "excluded", "crl", "ocsp", "aia":
		return ", with commas: " + name + "=a,b"
	}
	return ""
}

// offset gives the place in the line of the i-th value of a word, or of the
// line if there is no such word.
func (s *Spec) offset(word string, i int) int { return offset(s.Words, word, i) }

func offset(words []Word, word string, i int) int {
	for _, w := range words {
		if name, v, _, err := w.split(); name == word && err == nil {
			if list := v.list(); i < len(list) {
				return list[i].offset()
			}
		}
	}
	return 0
}

// line is the line with one blank between its words.
func (s *Spec) line() string { return joined(s.Words) }

func joined(words []Word) string {
	var texts []string
	for _, w := range words {
		texts = append(texts, w.Text)
	}
	return strings.Join(texts, " ")
}
