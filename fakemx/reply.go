package fakemx

import (
	"fmt"
	"slices"
	"strings"
)

// A reply is one reply of go-smtp, as far as it was written.
type reply struct {
	code  string
	lines []string // the text behind the code
}

// Write takes a line of a reply from go-smtp. The reply is edited and sent when
// its last line is there.
func (d *dialogue) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		if d.over {
			break // go-smtp's comment on the end of the input
		}
		line = strings.TrimRight(line, "\r\n")
		d.reply.code = line[:3]
		d.reply.lines = append(d.reply.lines, line[4:])
		if line[3] == ' ' {
			r := d.reply
			d.reply = reply{}
			d.send(d.edit(r))
		}
	}
	return len(p), nil
}

// edit makes go-smtp's reply to the command in flight the host's own.
func (d *dialogue) edit(r reply) reply {
	if d.data {
		d.data = false
		d.note(true, ".")
	}
	switch d.verb {
	case "":
		if d.tls != nil {
			// RFC 3207 section 4.2: TLS begins behind the greeting.
			return reply{}
		}
		if text := d.conn.server.Greeting; text != "" && r.code == "220" {
			r.lines = strings.Split(text, "\n")
		}
	case "EHLO", "HELO":
		if r.code == "250" {
			return d.editHello(r)
		}
	case "MAIL", "RCPT", "DATA":
		d.data = r.code == "354"
		switch {
		case r.code == "502":
			// RFC 5321 section 4.1.4: bad sequence of commands.
			r.code = "503"
		case r.code == "250" && d.verb != "DATA":
			// go-smtp repeats the address, of any length; a reply line has 512
			// octets (RFC 5321 section 4.5.3.1.5).
			r.lines = []string{map[string]string{"MAIL": "2.1.0 Sender ok", "RCPT": "2.1.5 Recipient ok"}[d.verb]}
		}
	}
	return r
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
	if d.tls == nil {
		switch d.conn.plan.offer {
		case offerLine:
			keywords = slices.Insert(keywords, len(keywords)-1, "STARTTLS")
		case offerGreetingLine:
			greeting = name + " STARTTLS"
		case offerOverwritten:
			keywords = slices.Insert(keywords, len(keywords)-1, "XXXXXXXA")
		}
	}
	return reply{r.code, append([]string{greeting}, keywords...)}
}

// send writes a reply, in one piece, and to the transcript.
func (d *dialogue) send(r reply) {
	if d.over || r.code == "" {
		return
	}
	var b strings.Builder
	for i, text := range r.lines {
		separator := "-"
		if i == len(r.lines)-1 {
			separator = " "
		}
		line := r.code + separator + text
		d.note(false, line)
		b.WriteString(line + "\r\n")
	}
	if r.code == "421" {
		// RFC 5321 section 3.8.
		d.over = true
	}
	if _, err := d.Conn.Write([]byte(b.String())); err != nil {
		d.over = true
	}
}

// say sends a reply of one line.
func (d *dialogue) say(line string) { d.send(reply{line[:3], []string{line[4:]}}) }

// refuse is the reply line of a fault, with an enhanced status code (RFC 3463)
// of its class.
func refuse(code int, text string) string {
	return fmt.Sprintf("%d %d.7.0 %s", code, code/100, text)
}
