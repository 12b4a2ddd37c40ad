package scenarios

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/fakemx"
	"mxlab/internal/nearest"
)

// hostKeys lists the keys of a host that is a mapping.
func hostKeys() []string {
	return []string{"cert", "faults", "attempts", "share", "sni", "greeting", "ehlo", "script"}
}

// readHost reads a host that is a mapping.
func (r *reader) readHost(n *yaml.Node, h *Host) bool {
	keys := map[string]*yaml.Node{}
	for _, e := range r.entries(n, "a host", "cert: hosted") {
		if !slices.Contains(hostKeys(), e.key.Value) {
			r.at(e.key, 0, "a host has no key %q; write one of %s%s", clip(e.key.Value), strings.Join(hostKeys(), ", "), nearest.Hint(e.key.Value, hostKeys()...))
			continue
		}
		keys[e.key.Value] = e.value
	}
	if !r.oneOfKeys(n, keys) {
		return false
	}
	ok := true
	switch {
	case keys["attempts"] != nil:
		h.Attempts, ok = r.turns(keys["attempts"], "attempts:")
	case keys["share"] != nil:
		h.Share, ok = r.turns(keys["share"], "share:")
	default:
		ok = r.readLabels(keys["cert"], keys["faults"], h)
	}
	if lines := h.Lines(); ok {
		h.Host = lines[0]
	}
	if keys["sni"] != nil {
		r.readSNI(keys["sni"], h)
	}
	if keys["greeting"] != nil {
		h.Greeting = r.spoken(keys["greeting"], "greeting:", "greeting: mx.example.com Microsoft ESMTP MAIL Service ready")
	}
	if keys["ehlo"] != nil {
		h.Hello = r.spoken(keys["ehlo"], "ehlo:", "ehlo: mx.example.com Hello")
		if i := strings.IndexByte(h.Hello, '\n'); i >= 0 {
			r.at(keys["ehlo"], i, "ehlo: is the first line of the reply; the lines behind it name the extensions, which faults: change")
		}
	}
	if keys["script"] != nil {
		h.Script = r.script(keys["script"], *h, ok)
	}
	return ok
}

// oneOfKeys refuses keys that say the same twice, and a host that says nothing.
func (r *reader) oneOfKeys(n *yaml.Node, keys map[string]*yaml.Node) bool {
	for _, pair := range [][2]string{{"attempts", "share"}, {"attempts", "cert"}, {"attempts", "faults"}, {"share", "cert"}, {"share", "faults"}} {
		if a, b := keys[pair[0]], keys[pair[1]]; a != nil && b != nil {
			r.at(b, 0, "%s: does not stand beside %s:, whose lines each name a certificate and its faults; keep one of the two", pair[1], pair[0])
			return false
		}
	}
	if keys["attempts"] == nil && keys["share"] == nil && keys["cert"] == nil {
		r.at(n, 0, "this host has no certificate; add \"cert: LABEL\", or \"cert: no-tls\" for a host without TLS")
		return false
	}
	return true
}

// turns reads the lines of attempts: or share:.
func (r *reader) turns(n *yaml.Node, what string) (lines []fakemx.Host, ok bool) {
	items := r.items(n, what, "hosted, rcpt=451")
	ok = len(items) > 0
	for _, item := range items {
		line, good := r.hostLine(item, "a line of "+what, "hosted, rcpt=451")
		lines, ok = append(lines, line), ok && good
	}
	if len(items) == 1 {
		r.at(n, 0, "%s has one line, which every connection meets; write it behind the address, or add another", what)
		return nil, false
	}
	return lines, ok
}

// readLabels reads cert: and faults:, which together are a host line.
func (r *reader) readLabels(cert, faults *yaml.Node, h *Host) bool {
	s, ok := r.scalar(cert, "cert:", "cert: hosted")
	if !ok {
		return false
	}
	labels := split(strings.ReplaceAll(s, ",", " "))
	if len(labels) == 0 {
		r.at(cert, 0, "a label stands behind cert:, or several with commas between them")
		return false
	}
	line, shift := labels[0].text, len(labels[0].text)
	if faults != nil {
		f, ok := r.scalar(faults, "faults:", "starttls=454, rcpt=550")
		if !ok {
			return false
		}
		line, shift = line+", "+f, shift+2
	}
	host, err := fakemx.ParseLine(line)
	if err != nil {
		offset, msg := place(err)
		switch {
		case offset >= shift && faults != nil:
			r.refuse(faults, wrong(offset-shift, "%s", msg))
		default:
			r.refuse(cert, wrong(labels[0].offset+offset, "%s", msg))
		}
		return false
	}
	h.Host = host
	for i, l := range labels {
		r.labels = append(r.labels, mention{l.text, cert, l.offset})
		if i > 0 {
			h.Certs = append(h.Certs, l.text)
		}
	}
	if i := slices.IndexFunc(labels, func(l word) bool { return l.text == "no-tls" }); i >= 0 && len(labels) > 1 {
		r.at(cert, labels[i].offset, "no-tls is a host without a certificate; write it alone, or leave it out")
		return false
	}
	return true
}

// readSNI reads the certificates by name.
func (r *reader) readSNI(n *yaml.Node, h *Host) {
	const example = "mx.example.com: hosted"
	if h.Host.Cert == "no-tls" {
		r.at(n, 0, "this host does no TLS, so no client sends it a name; give it a cert: or leave sni: out")
		return
	}
	for _, e := range r.entries(n, "sni:", example) {
		label, ok := r.scalar(e.value, "a certificate of sni:", example)
		if !ok {
			continue
		}
		if err := checkHost(word{e.key.Value, 0}); err != nil {
			r.refuse(e.key, err)
			continue
		}
		r.labels = append(r.labels, mention{label, e.value, 0})
		h.SNI = append(h.SNI, SNI{e.key.Value, label})
	}
}

// script reads the dialogue that a host plays, and which must suit its lines,
// if these could be read.
func (r *reader) script(n *yaml.Node, h Host, read bool) string {
	s, ok := r.scalar(n, "script:", "<- 220 mx.example.com ESMTP")
	if !ok {
		return ""
	}
	if n.Style&yaml.LiteralStyle == 0 {
		r.at(n, 0, "a dialogue has lines of its own; write \"script: |\" and the lines below it, indented")
		return ""
	}
	script, err := fakemx.ParseScript(s)
	for _, line := range h.Lines() {
		if err == nil && read {
			err = script.Suits(line)
		}
	}
	if err != nil {
		r.refuse(n, err)
	}
	return s
}

// spoken reads what a host says of itself.
func (r *reader) spoken(n *yaml.Node, what, example string) string {
	s := r.prose(n, what, example)
	at := 0
	for line := range strings.Lines(s) {
		for i, c := range strings.TrimSuffix(line, "\n") {
			if c < ' ' || c > '~' {
				r.at(n, at+i, "%q may not stand in a reply, whose lines are ASCII (RFC 5321 section 4.2)", c)
				return ""
			}
		}
		// RFC 5321 section 4.5.3.1.5: 512 octets with the code and the line end.
		if len(line) > 500 {
			r.at(n, at+500, "the line is too long; RFC 5321 section 4.5.3.1.5 lets a reply have lines of 512 octets, so write at most 500")
			return ""
		}
		at += len(line)
	}
	return s
}
