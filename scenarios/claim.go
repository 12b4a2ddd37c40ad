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

// parseClaim reads the words behind a mode. The error is a *SyntaxError.
func parseClaim(s string) ([]word, error) {
	words := split(s)
	rest := words
	next := func() (word, bool) {
		if len(rest) == 0 {
			return word{offset: len(s)}, false
		}
		w := rest[0]
		rest = rest[1:]
		return w, true
	}
	first, _ := next()
	if err := oneOf(first, "outcome", strs(verify.Outcomes())); err != nil {
		return nil, err
	}
	w, more := next()
	switch {
	case !more || w.text == "via":
	case first.text == string(verify.Verified):
		if err := oneOf(w, "kind of match", matches()); err != nil {
			return nil, err
		}
		if w, more = next(); more && w.text != "via" {
			if err := checkHost(w); err != nil {
				return nil, err
			}
			w, more = next()
		}
	default:
		reason := verify.Reason(w.text)
		if slices.Contains(matches(), w.text) {
			return nil, wrong(w.offset, "only a verified delivery has a match; write a reason behind %s, or verified before %s", first.text, w.text)
		}
		if err := oneOf(w, "reason", strs(verify.Reasons())); err != nil {
			return nil, err
		}
		if w, more = next(); more && w.text != "via" {
			if err := checkDetail(w, reason); err != nil {
				return nil, err
			}
			w, more = next()
		}
	}
	if more && w.text == "via" {
		host, ok := next()
		if !ok {
			return nil, wrong(host.offset, "no host stands behind via; write the name of the MX host or route")
		}
		w, more = next()
	}
	if more {
		return nil, wrong(w.offset, "nothing more is claimed behind this point, but there is %q; a claim is OUTCOME, then a REASON with its DETAIL or a MATCH, then via HOST", w.text)
	}
	return words, nil
}

// matches lists the kinds of reference identifiers.
func matches() []string {
	return []string{string(verify.RefDomain), string(verify.RefRoute), string(verify.RefMX), string(verify.RefPTR)}
}

// details lists the words that may follow a reason.
func details(r verify.Reason) []string {
	var list []string
	switch r {
	case verify.STARTTLSNotSupported:
		return []string{string(verify.NotOffered), string(verify.Refused)}
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
	for _, later := range []string{"then", "finally"} {
		if w.text == later {
			return wrong(w.offset, "%s is not supported yet; claim only what becomes of the message in the first queue run", later)
		}
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
