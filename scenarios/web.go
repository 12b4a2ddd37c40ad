package scenarios

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"mxlab/internal/nearest"
	"mxlab/pki"
)

// A Resource is what stands at one URL under web:.
type Resource struct {
	URL   string       // http, the host in lower case and without a port, and a path that begins with a slash
	Host  string       // the name or the address in the URL, without brackets
	Addrs []netip.Addr // those of the host in the zone, never none
	WebLine
}

// A WebLine is what stands behind a URL: what an authority publishes there, and
// what goes wrong with it.
type WebLine struct {
	Text        string           // as written
	Publication *pki.Publication // nil if there is none, but a fault
	Proxy       bool             // requests for other hosts are passed on, past their connect=

	// At most one of these is set.
	Connect  string // "refused", or "silent": nobody answers; so it is with every URL of the host
	Silent   bool   // the request is read and not answered
	Status   int    // the answer, from 400 to 599
	Redirect string // where else to look
	Body     string // "garbage" or "empty", in place of what is published

	Delay time.Duration // how late the answer is
}

// Answers reports whether the line says itself what is answered, or that nothing
// is; else the publication does, or whoever a proxy passes the request on to.
func (l WebLine) Answers() bool {
	return l.Silent || l.Status != 0 || l.Redirect != "" || l.Body != ""
}

// WebVocabulary lists the faults of a line under web:, in the order of a
// request, behind the word for a proxy, with a usual value where there is a choice.
func WebVocabulary() []string {
	return []string{"proxy", "connect=refused", "connect=silent", "silent", "delay=20s", "status=503", "redirect=http://www.example.net/",
		"body=garbage", "body=empty"}
}

// webKeys lists the same words without their values.
func webKeys() []string {
	return []string{"proxy", "connect", "silent", "delay", "status", "redirect", "body"}
}

// isWebFault tells whether a word, perhaps with a value, is meant to be a fault.
func isWebFault(word string) bool {
	key, _, _ := strings.Cut(word, "=")
	return slices.Contains(webKeys(), key)
}

// ParseWebLine reads what stands behind a URL under web:: a publication, see
// package pki, or proxy, then faults, with commas between them; or a fault alone. The
// error is a [*SyntaxError].
func ParseWebLine(line string) (WebLine, error) {
	l := WebLine{Text: line}
	seen := map[string]bool{}
	answered := "" // the word that says what is answered
	for i, w := range commas(line) {
		key, value, valued := strings.Cut(w.text, "=")
		switch {
		case w.text == "":
			return l, wrong(w.offset, "nothing stands at this comma; delete it, or write what was meant")
		case i == 0 && !isWebFault(split(w.text)[0].text):
			p, err := parsePublication(w)
			if err != nil {
				return l, err
			}
			l.Publication = &p
			continue
		case strings.ContainsAny(w.text, blanks):
			return l, wrong(w.offset+strings.IndexAny(w.text, blanks), "write a comma between two words")
		case !isWebFault(w.text):
			return l, wrong(w.offset, "unknown word %q; write one of %s%s", clip(w.text), strings.Join(WebVocabulary(), ", "), nearest.Hint(key, webKeys()...))
		case w.text == "proxy" && i > 0:
			return l, wrong(w.offset, "proxy stands at the beginning of a line")
		case seen[key]:
			return l, wrong(w.offset, "%s stands here a second time; write it once", key)
		case key != "delay" && key != "proxy" && answered != "":
			return l, wrong(w.offset, "%s cannot be beside %s; keep one of the two", w.text, answered)
		}
		seen[key] = true
		if key != "delay" && key != "proxy" {
			answered = w.text
		}
		if err := l.set(key, value, valued); err != nil {
			return l, wrong(w.offset, "%s", err)
		}
	}
	switch {
	case l.Delay > 0 && (l.Silent || l.Connect != ""):
		return l, wrong(strings.Index(line, "delay="), "nothing comes late where nothing comes; leave delay= out, or %s", answered)
	case l.Publication == nil && !l.Proxy && answered == "":
		return l, wrong(0, "the line says when, and not what; begin it with crl, ocsp, certificate or proxy")
	}
	return l, nil
}

// parsePublication reads the first part of a line.
func parsePublication(w word) (pki.Publication, error) {
	kinds := pki.PublicationVocabulary()[:3]
	words := split(w.text)
	if first := words[0].text; !slices.Contains(kinds, first) {
		return pki.Publication{}, wrong(w.offset, "unknown word %q; begin the line with one of %s, or write a fault such as status=404%s",
			clip(first), strings.Join(kinds, ", "), nearest.Hint(strings.Split(first, "=")[0], append(kinds, webKeys()...)...))
	}
	for _, other := range words {
		if isWebFault(other.text) {
			return pki.Publication{}, wrong(w.offset+other.offset, "write a comma before %s", other.text)
		}
	}
	p, err := pki.ParsePublication(w.text)
	if err != nil {
		offset, msg := place(err)
		return p, wrong(w.offset+offset, "%s", msg)
	}
	return p, nil
}

// set takes over one fault.
func (l *WebLine) set(key, value string, valued bool) error {
	switch key {
	case "silent", "proxy":
		if valued {
			return fmt.Errorf("%s takes no value; write %s alone", key, key)
		}
		*map[string]*bool{"silent": &l.Silent, "proxy": &l.Proxy}[key] = true
		return nil
	case "connect", "body":
		choice := map[string][]string{"connect": {"refused", "silent"}, "body": {"garbage", "empty"}}[key]
		if !slices.Contains(choice, value) {
			return fmt.Errorf("%s= is one of %s%s", key, strings.Join(choice, ", "), nearest.Hint(value, choice...))
		}
		*map[string]*string{"connect": &l.Connect, "body": &l.Body}[key] = value
		return nil
	case "status":
		n, err := strconv.ParseUint(value, 10, 16)
		if err != nil || n < 400 || n > 599 {
			return fmt.Errorf("%q is no status of a failure; write one from 400 to 599 (RFC 9110 section 15), such as status=503", clip(value))
		}
		l.Status = int(n)
		return nil
	case "redirect":
		u, err := parseURL(value)
		if err != nil {
			_, msg := place(err)
			return fmt.Errorf("redirect= leads to a URL: %s", msg)
		}
		l.Redirect = u.URL
		return nil
	}
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 || d > 24*time.Hour {
		return fmt.Errorf("%q is no time from 1ns to 24h; write it with its unit, such as delay=20s", clip(value))
	}
	l.Delay = d
	return nil
}

// commas cuts a line at its commas and trims the parts.
func commas(line string) []word {
	var words []word
	for start := 0; ; {
		text, _, more := strings.Cut(line[start:], ",")
		lead := len(text) - len(strings.TrimLeft(text, blanks))
		words = append(words, word{strings.Trim(text, blanks), start + lead})
		if !more {
			return words
		}
		start += len(text) + 1
	}
}
