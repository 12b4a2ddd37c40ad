package fakemx

import (
	"bytes"
	"crypto/tls"
	"strings"
)

// A player plays the server's script on one connection.
type player struct {
	c    *conn
	d    *dialogue // replaced when TLS begins
	tls  *tls.Conn // nil in clear text
	next int       // the block to look at first
	code byte      // the first digit of the last line said
	from string
	to   []string
	text []byte // of a message that was read and not yet taken; nil if there is none
}

func (c *conn) play() {
	p := &player{c: c, d: newDialogue(c, c.wire, nil), next: 1}
	if greeting := c.server.Script.blocks[0]; len(greeting.acts) > 0 {
		p.perform(greeting)
	} else {
		p.d.say("220 " + c.server.hostname() + " ESMTP Service Ready")
	}
	for !p.d.over {
		line, ok := p.d.command()
		if !ok {
			break
		}
		verb, arg, _ := strings.Cut(line, " ")
		p.d.verb, p.code = strings.ToUpper(verb), 0
		if b, ok := p.find(line); ok {
			p.perform(b)
		} else {
			p.honest(strings.TrimSpace(arg))
		}
		p.remember(arg)
	}
	if p.tls != nil {
		c.endTLS(p.tls)
	}
}

// find gives the next block that fits a command, onward and then from the top.
func (p *player) find(line string) (block, bool) {
	all := p.c.server.Script.blocks
	for k := range len(all) {
		i := (p.next + k) % len(all)
		if i > 0 && strings.HasPrefix(strings.ToUpper(line), all[i].command) {
			p.next = i + 1
			return all[i], true
		}
	}
	return block{}, false
}

// perform plays the lines of a block.
func (p *player) perform(b block) {
	for _, a := range b.acts {
		if p.d.over {
			return
		}
		switch a.word {
		case "<-":
			p.say(a.text)
		case "octets":
			p.write([]byte(a.text))
		case "wait":
			p.c.wait(a.wait)
		case "starttls":
			p.startTLS()
		case "message":
			p.message()
		default: // close, reset, silent
			p.d.fail(a.word)
		}
	}
}

// say says a line as it stands. A message that was read is kept first, so that
// a client that has read the line finds it.
func (p *player) say(line string) {
	if p.d.over {
		return
	}
	p.code = 0
	if line != "" {
		p.code = line[0]
	}
	if p.text != nil && p.code == '2' {
		p.c.keep(Message{Peer: p.d.RemoteAddr(), From: p.from, To: p.to, Data: p.text, TLS: p.d.tls, Session: p.c.index})
		p.reset()
	}
	p.d.note(false, line)
	p.c.answered(p.write([]byte(line + "\r\n")))
}

func (p *player) write(b []byte) error {
	if p.d.verb != "" {
		p.c.wait(p.c.plan.tarpit)
	}
	_, err := p.d.Conn.Write(b)
	p.d.over = p.d.over || err != nil
	return err
}

func (p *player) reset() { p.from, p.to, p.text = "", nil, nil }

// startTLS turns the connection into TLS, once.
func (p *player) startTLS() {
	p.c.dropPlaintext()
	if p.tls != nil {
		p.d.over = true
		return
	}
	t, ok := p.c.handshake()
	if !ok {
		p.d.over = true
		return
	}
	commands := p.d.commands
	p.tls, p.d = t, newDialogue(p.c, t, p.c.record.TLS)
	p.d.verb, p.d.commands = "STARTTLS", commands
	p.reset()
}

// message reads the text of a message, RFC 5321 section 4.5.2.
func (p *player) message() {
	p.text = []byte{}
	for {
		line, ok := p.d.readLine()
		switch {
		case !ok:
			return
		case string(line) == ".\r\n":
			p.d.note(true, ".")
			return
		case len(p.text)+len(line) > maxMessage:
			p.d.say("552 5.3.4 The message is too large, closing the connection")
			p.d.over = true
			return
		}
		p.text = append(p.text, bytes.TrimPrefix(line, []byte("."))...)
	}
}

// remember keeps the addresses of a command that was accepted.
func (p *player) remember(arg string) {
	if p.code != '2' {
		return
	}
	_, path, _ := strings.Cut(arg, "<")
	path, _, _ = strings.Cut(path, ">")
	client, _, _ := strings.Cut(arg, " ")
	switch p.d.verb {
	case "EHLO", "HELO":
		p.c.note(func(s *Session) { s.EHLO = client })
	case "MAIL":
		p.from = path
	case "RCPT":
		p.to = append(p.to, path)
	}
}

// honest answers a command that the script says nothing about.
func (p *player) honest(arg string) {
	name, offered := p.c.server.hostname(), p.c.server.TLSConfig != nil && p.tls == nil
	switch p.d.verb {
	case "EHLO":
		p.say("250-" + name)
		if offered {
			p.say("250-STARTTLS")
		}
		p.say("250 8BITMIME")
	case "HELO":
		p.say("250 " + name)
	case "STARTTLS":
		if !offered {
			p.say("502 5.5.1 STARTTLS is not offered")
			return
		}
		p.say("220 2.0.0 Ready to start TLS")
		p.startTLS()
	case "RCPT":
		_, path, _ := strings.Cut(arg, "<")
		local, _, _ := strings.Cut(path, "@")
		a, ok := magic(local)
		switch {
		case a.code != 0:
			p.say(refuse(a.code, "Recipient refused"))
		case ok:
			p.d.fail(a.how)
		default:
			p.say("250 2.1.5 Recipient ok")
		}
	case "DATA":
		if len(p.to) == 0 {
			p.say("503 5.5.1 Send RCPT first")
			return
		}
		p.say("354 Go ahead, end with a dot")
		if p.message(); !p.d.over {
			p.say("250 2.0.0 Taken")
		}
	case "MAIL", "NOOP":
		p.say("250 2.0.0 Ok")
	case "RSET":
		p.reset()
		p.say("250 2.0.0 Ok")
	case "QUIT":
		p.say("221 2.0.0 Bye")
		p.d.over = true
	default:
		p.say("500 5.5.2 Command not recognized")
	}
}
