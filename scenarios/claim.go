package scenarios

import (
	"slices"
	"strings"

	"mxlab/internal/nearest"
	"mxlab/verify"
	"mxlab/verify/pkix"
)

// A Claim is one line under expect:, written by hand: what becomes of the
// message under one mode.
//
//	OUTCOME [REASON [DETAIL] | MATCH] [via HOST]
//
//	deferred
//	deferred starttls-not-supported refused via mx02.example.com
//	verified ptr mx0a.emailhosted.not
//
// It may say less than is known: it is a prefix of the result, by whole words.
// It is about the first queue run of a fresh message; it may go on with what
// the next queue runs come to, and end with what becomes of the message.
//
//	deferred smtp-refused, then verified
//	deferred smtp-refused, then deferred unreachable, finally bounced
//	finally bounced
type Claim struct {
	Mode    string // canonical: no alias, no option at its default
	Policy  verify.Policy
	Outcome verify.Outcome // of the first queue run; empty if the claim is only about the end
	Words   Words          // of the first queue run, the outcome first; empty likewise
	Then    []Words        // of the queue runs behind it, one each
	Finally Words          // of what the product's schedule ends in; empty if that is not claimed
	File    string
	Line    int    // of the mode, as is Col
	Col     int    // in characters
	Comment string // what the claim rests on: the comment behind it, or above it
}

// Words are what is claimed of one queue run, or of the end.
type Words []string

// String gives the claim as it is written behind its mode.
func (c Claim) String() string {
	var parts []string
	if len(c.Words) > 0 {
		parts = append(parts, strings.Join(c.Words, " "))
	}
	for _, w := range c.Then {
		parts = append(parts, "then "+strings.Join(w, " "))
	}
	if len(c.Finally) > 0 {
		parts = append(parts, "finally "+strings.Join(c.Finally, " "))
	}
	return strings.Join(parts, ", ")
}

// Holds tells whether the first queue run is what the claim says; see
// [Words.Hold]. A claim that is only about the end says nothing of it.
func (c Claim) Holds(d verify.Delivery) bool {
	return len(c.Words) == 0 && len(c.Finally) > 0 || c.Words.Hold(d)
}

// Hold tells whether a delivery is what the words say. via HOST, where it is
// claimed, must be the delivery's; the words before it are compared from the
// start, as far as they go.
func (w Words) Hold(d verify.Delivery) bool {
	claimed, via := w, ""
	if i := slices.Index(claimed, "via"); i >= 0 && i+1 < len(claimed) {
		claimed, via = claimed[:i], claimed[i+1]
	}
	if len(claimed) == 0 || via != "" && via != d.Via {
		return false
	}
	d.Via = ""
	is := strings.Fields(d.Words())
	return len(claimed) <= len(is) && slices.Equal(claimed, is[:len(claimed)])
}

// A part is what a claim says of one queue run.
type part struct {
	word  word // then or finally; empty for the first queue run
	words []word
}

// parseClaim reads the words behind a mode: what becomes of the first queue
// run, then of those behind it, and finally of the message. The error is a
// *SyntaxError.
func parseClaim(s string) ([]part, error) {
	parts := []part{{}}
	for _, w := range split(s) {
		last := &parts[len(parts)-1]
		if w.text != "then" && w.text != "finally" {
			last.words = append(last.words, w)
			continue
		}
		if n := len(last.words); n > 0 {
			bare, comma := strings.CutSuffix(last.words[n-1].text, ",")
			if !comma {
				return nil, wrong(w.offset, "a comma stands before %s; write %q", w.text, last.words[n-1].text+", "+w.text)
			}
			last.words[n-1].text = bare
		}
		parts = append(parts, part{word: w})
	}
	if len(parts) > 1 && len(parts[0].words) == 0 {
		if parts[1].word.text == "then" {
			return nil, wrong(parts[1].word.offset, "nothing stands before then; write what becomes of the first queue run, for example deferred, then verified")
		}
		parts = parts[1:]
	}
	for i, p := range parts {
		end := len(s)
		if i+1 < len(parts) {
			end = parts[i+1].word.offset
		}
		if err := parseResult(p.words, end); err != nil {
			return nil, err
		}
		if err := follows(parts, i); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// follows says what is wrong with the place of a part: only a message that
// stays in the queue is tried again, and finally it leaves the queue.
func follows(parts []part, i int) error {
	p := parts[i]
	switch {
	case p.word.text == "finally" && p.words[0].text == string(verify.Deferred):
		return wrong(p.words[0].offset, "finally is when the message leaves the queue, so it cannot be deferred; write bounced, or what becomes of it")
	case i == 0:
		return nil
	case parts[i-1].word.text == "finally":
		return wrong(p.word.offset, "behind finally nothing more happens; write the queue runs before it")
	}
	if before := parts[i-1].words[0]; before.text != string(verify.Deferred) {
		return wrong(p.word.offset, "a message that is %s has left the queue, so that nothing follows; only deferred goes on", before.text)
	}
	return nil
}

// parseResult reads what becomes of one queue run; end is the offset behind
// its last word.
func parseResult(words []word, end int) error {
	rest := words
	next := func() (word, bool) {
		if len(rest) == 0 {
			return word{offset: end}, false
		}
		w := rest[0]
		rest = rest[1:]
		return w, true
	}
	first, _ := next()
	if err := oneOf(first, "outcome", strs(verify.Outcomes())); err != nil {
		return err
	}
	w, more := next()
	switch {
	case !more || w.text == "via":
	case first.text == string(verify.Verified):
		if err := oneOf(w, "kind of match", matches()); err != nil {
			return err
		}
		last := w.text
		if w, more = next(); more && w.text != "via" {
			if err := checkHost(pattern(last, w)); err != nil {
				return err
			}
			w, more = next()
		}
	default:
		reason := verify.Reason(w.text)
		if slices.Contains(matches(), w.text) {
			return wrong(w.offset, "only a verified delivery has a match; write a reason behind %s, or verified before %s", first.text, w.text)
		}
		if err := oneOf(w, "reason", strs(verify.Reasons())); err != nil {
			return err
		}
		if w, more = next(); more && w.text != "via" {
			if err := checkDetail(w, reason); err != nil {
				return err
			}
			w, more = next()
		}
	}
	if more && w.text == "via" {
		host, ok := next()
		if !ok {
			return wrong(host.offset, "no host stands behind via; write the name of the MX host or route")
		}
		w, more = next()
	}
	if more {
		return wrong(w.offset, "nothing more is claimed behind this point, but there is %q; a claim is OUTCOME, then a REASON with its DETAIL or a MATCH, then via HOST", w.text)
	}
	return nil
}

// pattern gives the name in a reference identifier that may be a pattern: a
// TlsDomain *.partner.example, Postfix's dot-nexthop .example.com.
func pattern(kind string, w word) word {
	var name string
	var cut bool
	switch verify.Kind(kind) {
	case verify.RefTLSDomain:
		name, cut = strings.CutPrefix(w.text, "*.")
	case verify.RefDomain, verify.RefRoute:
		name, cut = strings.CutPrefix(w.text, ".")
	}
	if !cut {
		return w
	}
	return word{name, w.offset + len(w.text) - len(name)}
}

// matches lists the kinds of reference identifiers.
func matches() []string { return strs(verify.MatchKinds()) }

// details lists the words that may follow a reason.
func details(r verify.Reason) []string {
	var list []string
	switch r {
	case verify.STARTTLSNotSupported:
		return []string{string(verify.NotOffered), string(verify.Refused)}
	case verify.CertificateNotTrusted:
		list = append(list, string(verify.NotKnown))
	case verify.ValidationFailure:
		for _, c := range []verify.Cause{verify.HandshakeClosed, verify.HandshakeSilent, verify.HandshakeGarbage,
			verify.HandshakeAlert, verify.HandshakeVersion, verify.HandshakeFailed} {
			list = append(list, string(c))
		}
	}
	for _, k := range pkix.Kinds() {
		if of, d := verify.PathReason(&pkix.Path{Faults: []pkix.Fault{{Kind: k}}}); of == r && d != "" {
			list = append(list, string(d))
		}
	}
	return list
}

func checkDetail(w word, r verify.Reason) error {
	known := details(r)
	if len(known) == 0 {
		return wrong(w.offset, "no detail follows %s; end the claim here, or write via HOST", r)
	}
	for _, other := range verify.Reasons() {
		if other != r && slices.Contains(details(other), w.text) && !slices.Contains(known, w.text) {
			return wrong(w.offset, "%q is a detail of %s, not of %s", w.text, other, r)
		}
	}
	return oneOf(w, "detail of "+string(r), known)
}

// oneOf checks a word against a closed list.
func oneOf(w word, what string, known []string) error {
	if slices.Contains(known, w.text) {
		return nil
	}
	if w.text == "" {
		return wrong(w.offset, "the %s is missing; write one of %s", what, strings.Join(known, ", "))
	}
	if bare := strings.TrimRight(w.text, ",;"); bare != w.text && slices.Contains(known, bare) {
		return wrong(w.offset+len(bare), "the words of a claim have only blanks between them; delete %q", w.text[len(bare):])
	}
	if n := nearest.Word(w.text, known...); n != "" {
		return wrong(w.offset, "unknown %s %q; did you mean %q?", what, clip(w.text), n)
	}
	return wrong(w.offset, "unknown %s %q; write one of %s", what, clip(w.text), strings.Join(known, ", "))
}

func strs[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
