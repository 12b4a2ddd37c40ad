package scenarios

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/verify"
)

// A Receipt is one line under receive:, a claim of the receiving side, written
// by hand: what a listener makes of the scenario's sender.
//
//	accepted
//	refused [CODE | handshake]
//
// refused alone says nothing about how.
type Receipt struct {
	Mode     string // of the listener; canonical: no option at its default
	Listener verify.Listener
	Words    Words // the first is accepted or refused; none where a listener is only asked about
	File     string
	Line     int    // of the mode, as is Col
	Col      int    // in characters
	Comment  string // what the claim rests on: the comment behind it, or above it
}

// String gives the claim as it is written behind its listener.
func (c Receipt) String() string { return strings.Join(c.Words, " ") }

// Holds tells whether a reception is what the claim says.
func (c Receipt) Holds(r verify.Reception) bool {
	is := strings.Fields(r.Words())
	return len(c.Words) > 0 && len(c.Words) <= len(is) && slices.Equal(c.Words, Words(is[:len(c.Words)]))
}

// readReceive reads the claims of the receiving side.
func (r *reader) readReceive(n *yaml.Node) {
	const example = "esa/listener-required: refused 530"
	for _, e := range r.entries(n, "receive:", example) {
		l, err := ParseListener(e.key.Value)
		if err != nil {
			if _, other := ParseMode(e.key.Value); other == nil {
				err = wrong(0, "%s is a setting of the sending side; write it under expect:", clip(e.key.Value))
			}
			r.refuse(e.key, err)
		}
		s, ok := r.scalar(e.value, "a claim", example)
		if !ok {
			continue
		}
		words, wrongClaim := parseReceipt(s)
		if wrongClaim != nil {
			r.refuse(e.value, wrongClaim)
		}
		if err != nil || wrongClaim != nil {
			continue
		}
		line, col := r.position(e.key, 0)
		c := Receipt{Mode: l.Mode(), Listener: l, Words: words, File: r.file, Line: line, Col: col, Comment: e.comment()}
		if i := slices.IndexFunc(r.sc.Receive, func(o Receipt) bool { return o.Mode == c.Mode }); i >= 0 {
			r.at(e.key, 0, "there is a claim for %s already, in line %d; keep one of them", c.Mode, r.sc.Receive[i].Line)
			continue
		}
		r.sc.Receive, r.receive = append(r.sc.Receive, c), append(r.receive, e.value)
	}
}

// parseReceipt reads the words behind a listener.
func parseReceipt(s string) (Words, error) {
	words := split(s)
	if len(words) == 0 {
		words = []word{{}}
	}
	if err := oneOf(words[0], "result", []string{verify.Accepted, verify.RefusedBy}); err != nil {
		return nil, err
	}
	all := Words{words[0].text}
	for i, w := range words[1:] {
		switch code, err := strconv.Atoi(w.text); {
		case i > 0 || words[0].text == verify.Accepted:
			return nil, wrong(w.offset, "nothing more is claimed behind this point, but there is %q; a claim is accepted, refused, refused CODE or refused handshake", clip(w.text))
		case w.text == string(verify.StageHandshake):
		case err != nil || code < 400 || code > 599 || len(w.text) != 3:
			return nil, wrong(w.offset, "%q is no way to refuse; write the code of the reply, from 400 to 599, or handshake", clip(w.text))
		}
		all = append(all, w.text)
	}
	return all, nil
}

// impossibleReceipts finds claims that hold in no world: the listener never
// refuses so.
func (r *reader) impossibleReceipts() {
	for i, c := range r.sc.Receive {
		can := c.Listener.Refusals()
		switch {
		case c.Words[0] != verify.RefusedBy:
		case len(can) == 0:
			r.at(r.receive[i], 0, "this claim cannot hold: %s refuses nobody", c.Mode)
		case len(c.Words) > 1 && !slices.Contains(can, c.Words[1]):
			r.at(r.receive[i], 0, "this claim cannot hold: %s refuses by %s", c.Mode, strings.Join(can, " or "))
		}
	}
}
