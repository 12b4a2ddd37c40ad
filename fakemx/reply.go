package fakemx

import (
	"fmt"
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
		return d.editGreeting(r)
	case "EHLO", "HELO":
		if r.code == "250" {
			return d.editHello(r)
		}
	case "MAIL", "RCPT", "DATA":
		if how := d.ending(r.code); how != "" {
			d.fail(how)
			return reply{}
		}
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
	if d.verb != "" {
		d.conn.wait(d.conn.plan.tarpit)
	}
	_, err := d.Conn.Write([]byte(b.String()))
	d.over = d.over || err != nil
	d.conn.answered(err)
}

// ending gives the answer that ends the session in place of a positive reply to
// MAIL, RCPT or the final dot, "" if there is none.
func (d *dialogue) ending(code string) string {
	var a answer
	switch {
	case code != "250":
	case d.verb == "MAIL":
		a = d.conn.plan.at(AtMail)
	case d.verb == "RCPT":
		if a = d.conn.plan.at(AtRcpt); a == (answer{}) {
			a, _ = magic(d.transaction.localPart())
		}
	case d.verb == "DATA":
		a = d.conn.plan.at(AtDot)
	}
	if a.code != 0 || !a.final() {
		return ""
	}
	return a.how
}

// say sends a reply of one line.
func (d *dialogue) say(line string) { d.send(reply{line[:3], []string{line[4:]}}) }

// refuse is the reply line of a fault, with an enhanced status code (RFC 3463)
// of its class.
func refuse(code int, text string) string {
	return fmt.Sprintf("%d %d.7.0 %s", code, code/100, text)
}
