package fakemx

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mxlab/internal/nearest"
)

// A Script is a dialogue that a host plays instead of SMTP's: what no honest
// server library can be made to say. The zero Script is none.
type Script struct {
	blocks []block // the first is played when the connection is there, and waits for no command
}

// A block is what one command is answered with.
type block struct {
	command string // how the command begins, in capitals
	acts    []act
}

// An act is one line of a script.
type act struct {
	word string // "<-", or the first word of the line
	text string // what is written
	wait time.Duration
}

// maxScript is the longest script in octets.
const maxScript = 64 << 10

// scriptLines are the lines that a script is made of, for an error.
func scriptLines() []string {
	return []string{"-> EHLO", "<- 250 text", "starttls", "message", "wait 5s", `octets "\x16\x03"`, "silent", "reset", "close"}
}

// ParseScript reads a script, one line after the other. Blank lines, and those
// that begin with #, count for nothing.
//
//	<- 220 mx.example ESMTP      a line that the host says
//	-> EHLO                      what follows answers a command that begins so
//	<- 250-mx.example
//	<- 250 STARTTLS
//	-> STARTTLS
//	<- 220 go ahead
//	starttls                     TLS begins
//	-> EHLO
//	<- 250 mx.example
//	close                        also: silent, reset
//
// A command is answered by the next block that fits, looking onward from the
// last one and then again from the top; so the second EHLO above answers inside
// TLS. What no block fits, and a greeting without a line, is answered as an
// honest host would, which takes any message. "wait 5s" holds back what is
// written next, "octets" writes what stands between the quotes in the escapes
// of Go, without a line end, and "message" reads the text of a message up to
// its final dot; the next line beginning with 2 takes it.
//
// Errors are a *SyntaxError with the offset in the text.
func ParseScript(text string) (Script, error) {
	if len(text) > maxScript {
		return Script{}, &SyntaxError{maxScript, fmt.Sprintf("the script has more than %d octets", maxScript)}
	}
	s := Script{blocks: []block{{}}}
	offset, empty := 0, true
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		at := offset + len(line) - len(strings.TrimLeft(line, " \t"))
		offset += len(line)
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		empty = false
		if err := s.add(trimmed, at); err != nil {
			return Script{}, err
		}
	}
	if empty {
		return Script{}, &SyntaxError{0, "the script is empty: begin it with what the host says, such as <- 220 mx.example ESMTP"}
	}
	return s, nil
}

// add reads one line, which stands at an offset.
func (s *Script) add(line string, at int) error {
	word, rest, _ := strings.Cut(line, " ")
	text := strings.TrimLeft(rest, " ")
	wrong := func(format string, args ...any) error { return &SyntaxError{at, fmt.Sprintf(format, args...)} }
	if !printable(line) {
		i := strings.IndexFunc(line, func(r rune) bool { return r < ' ' || r > '~' })
		return &SyntaxError{at + i, `a line is printable US-ASCII; write other octets as octets "\x00"`}
	}
	if word == "->" {
		if text == "" {
			return wrong("write the command that is waited for: -> EHLO")
		}
		s.blocks = append(s.blocks, block{command: strings.ToUpper(text)})
		return nil
	}
	b := &s.blocks[len(s.blocks)-1]
	for _, before := range b.acts {
		switch {
		case before.word == "close", before.word == "reset", before.word == "silent":
			return wrong("nothing comes after %s: delete one of the two, or write the command that %.40q answers before it", before.word, line)
		case before.word == "starttls" && word == "starttls":
			return wrong("starttls stands twice: delete one")
		}
	}
	a := act{word: word, text: text}
	switch word {
	case "<-":
	case "starttls", "message", "silent", "reset", "close":
		if text != "" {
			return wrong("%s stands alone: delete %.40q", word, text)
		}
	case "wait":
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 || d > longest {
			return wrong("%.40q is no time from 1ns to %v: write it with its unit, such as wait 5s", text, longest)
		}
		a.wait = d
	case "octets":
		raw, err := strconv.Unquote(text)
		if err != nil || raw == "" || text[0] != '"' {
			return wrong(`%.40q is no text in quotes: write octets "\x16\x03"`, text)
		}
		a.text = raw
	default:
		if meant := nearest.Word(word, "->", "<-", "starttls", "message", "wait", "octets", "silent", "reset", "close"); meant != "" {
			return wrong("unknown line %.40q: did you mean %s?", line, meant)
		}
		return wrong("unknown line %.40q: write one of %s", line, strings.Join(scriptLines(), ", "))
	}
	b.acts = append(b.acts, a)
	return nil
}

// AnswersData reports whether the script has a block for DATA; if not, it is
// answered as an honest host would.
func (s Script) AnswersData() bool {
	return slices.ContainsFunc(s.blocks, func(b block) bool { return b.command != "" && strings.HasPrefix("DATA", b.command) })
}

// Suits reports why the script cannot be played on a host line's host.
func (s Script) Suits(h Host) error {
	p, _, err := resolve(h.Faults, h.Cert != "no-tls")
	if err != nil {
		return err
	}
	return s.suits(p, h.Cert != "no-tls")
}

// suits reports why the script cannot be played on a host with these faults.
func (s Script) suits(p plan, certificate bool) error {
	for ph, f := range p.by {
		switch ph {
		case "connect", "greeting-delay", "latency", "tarpit", "bandwidth", "slice", "reset-after",
			"cipher", "curve", "sni", "client-cert", "corrupt", phase(NoSessionTickets), phase(NoCloseNotify):
			continue
		case "tls":
			if f != SSL3 {
				continue
			}
		}
		return fmt.Errorf("%s is SMTP's, which the script plays itself: delete it, and write a line for it", f)
	}
	for _, b := range s.blocks {
		for _, a := range b.acts {
			if a.word == "starttls" && !certificate {
				return fmt.Errorf("starttls needs a certificate")
			}
		}
	}
	return nil
}
