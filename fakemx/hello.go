package fakemx

import (
	"slices"
	"strings"
)

// editGreeting gives the greeting its own text.
func (d *dialogue) editGreeting(r reply) reply {
	name := d.conn.plan.greets
	if name == "" {
		name = d.conn.server.hostname()
	}
	switch text := d.conn.server.Greeting; {
	case text != "":
		r.lines = strings.Split(text, "\n")
	case d.conn.plan.at(atGreeting).how == "multi-line":
		r.lines = []string{name + " ESMTP", "This host takes mail for its own users only", "and keeps a record of what is said"}
	default:
		r.lines = []string{name + " ESMTP Service Ready"}
	}
	return r
}

// answerEHLO plays the faults of EHLO behind which nothing is offered, and
// reports whether there was one.
func (d *dialogue) answerEHLO() bool {
	step := AtEHLO
	if d.tls != nil {
		step = AtTLSEHLO
	}
	if d.conn.plan.at(step).how == "endless" {
		d.endless()
		return true
	}
	return d.answer(step, "EHLO is not taken, try HELO")
}

// mostEndless is how much an endless reply comes to, in octets: much more than
// anybody should read.
const mostEndless = 4 << 20

// endless writes lines of a reply without the last one.
func (d *dialogue) endless() {
	const line = "250-X-AND-SO-ON\r\n"
	d.note(false, strings.TrimSpace(line))
	block := []byte(strings.Repeat(line, 256))
	for sent := 0; sent < mostEndless; sent += len(block) {
		if _, err := d.Conn.Write(block); err != nil {
			break
		}
	}
	d.over = true
}

// editHello puts the host's own name first, and offers what the host has. go-smtp
// offers CHUNKING always, and STARTTLS only when it does TLS itself.
func (d *dialogue) editHello(r reply) reply {
	client, _, _ := strings.Cut(d.arg, " ")
	d.conn.note(func(s *Session) { s.EHLO = client })
	d.extended = d.verb == "EHLO"
	name := d.conn.server.hostname()
	if !d.extended {
		return reply{r.code, []string{name + " greets " + client}}
	}
	keywords := slices.DeleteFunc(r.lines[1:], func(k string) bool { return k == "CHUNKING" })
	greeting := name + " greets " + client
	if text := d.conn.server.Hello; text != "" {
		greeting = text
	}
	if d.tls != nil {
		return reply{r.code, append([]string{greeting}, d.tlsKeywords(keywords)...)}
	}
	if d.conn.plan.at(AtEHLO).how == "bare" {
		keywords = nil
	}
	offer := func(k ...string) { keywords = slices.Insert(keywords, max(0, len(keywords)-1), k...) }
	switch d.conn.plan.at(AtSTARTTLS).how {
	case "none":
	case "on-greeting-line":
		greeting = name + " STARTTLS"
	case "overwritten":
		offer("XXXXXXXA")
	case "twice":
		offer("STARTTLS", "STARTTLS")
	case "with-parameter":
		offer("STARTTLS REQUIRED")
	default:
		if d.conn.plan.at(AtEHLO).how != "bare" {
			offer("STARTTLS")
		}
	}
	if d.conn.plan.has(XAnonymousTLS) {
		offer(anonymousTLS)
	}
	if d.conn.plan.at(AtEHLO).how == "lower-case" {
		for i, k := range keywords {
			keywords[i] = strings.ToLower(k)
		}
	}
	return reply{r.code, append([]string{greeting}, keywords...)}
}

// tlsKeywords are the extensions inside TLS. RFC 3207 section 4.2: not STARTTLS.
func (d *dialogue) tlsKeywords(keywords []string) []string {
	switch d.conn.plan.at(AtTLSEHLO).how {
	case "bare":
		return nil
	case "starttls":
		return slices.Insert(keywords, len(keywords)-1, "STARTTLS")
	}
	return keywords
}
