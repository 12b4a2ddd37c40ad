package report

import (
	"fmt"
	"strings"

	"mxlab/verify"
)

// A manner is how a host said what it said in a session, where that is not the
// usual way: several lines, another name, other letters. It decides nothing by
// itself, but somebody who looks for the cause wants to see it.
type manner struct {
	greeting string // behind the greeting
	before   string // a step of its own before the offer; "" if there is none
	offer    string // behind the offer of STARTTLS
	inTLS    string // a step of its own inside TLS; "" if there is none
}

// mannerOf reads the dialogue of a session in which a verb opens TLS.
func mannerOf(s *verify.Session, verb string) (m manner) {
	if n := len(s.Greeting.Lines); n > 1 {
		m.greeting = fmt.Sprintf(" in %d lines", n)
	}
	clear, inside := answers(s.Dialogue, false), answers(s.Dialogue, true)
	if ehlo := clear["EHLO"]; len(s.Greeting.Lines) > 0 && accepted(ehlo) {
		if a, b := firstWord(s.Greeting.Lines[0]), firstWord(text(ehlo[0])); !strings.EqualFold(a, b) && strings.Contains(a, ".") {
			m.greeting += fmt.Sprintf(" as %s, EHLO answered as %s", printable(a), printable(b))
		}
	}
	m.before = refusedEHLO(clear)
	m.offer = offered(clear["EHLO"], verb)
	switch {
	case s.TLS == nil:
	case refusedEHLO(inside) != "":
		m.inTLS = refusedEHLO(inside)
	case offers(inside["EHLO"]):
		m.inTLS = "STARTTLS offered again"
	case len(inside["EHLO"]) == 1 && accepted(inside["EHLO"]):
		m.inTLS = "no extensions inside TLS"
	}
	return m
}

// answers gives the lines that answered the last command of each verb.
func answers(dialogue []verify.Line, inTLS bool) map[string][]string {
	said := map[string][]string{}
	verb := ""
	for _, l := range dialogue {
		switch {
		case l.TLS != inTLS:
		case l.Client:
			verb = strings.ToUpper(firstWord(l.Text))
			said[verb] = nil
		case verb != "" && len(l.Text) >= 3:
			said[verb] = append(said[verb], l.Text)
		}
	}
	return said
}

// accepted reports whether a reply is whole and positive.
func accepted(reply []string) bool {
	if len(reply) == 0 {
		return false
	}
	last := reply[len(reply)-1]
	return last[0] == '2' && (len(last) == 3 || last[3] == ' ')
}

// refusedEHLO tells of a host that knows HELO only.
func refusedEHLO(said map[string][]string) string {
	if ehlo, helo := said["EHLO"], said["HELO"]; len(ehlo) > 0 && len(helo) > 0 {
		return fmt.Sprintf("EHLO %s, HELO %s", ehlo[0][:3], helo[0][:3])
	}
	return ""
}

func offers(ehlo []string) bool {
	for _, line := range ehlo[min(1, len(ehlo)):] {
		if strings.EqualFold(firstWord(text(line)), "STARTTLS") {
			return true
		}
	}
	return false
}

// offered tells in which unusual way a verb stands in a reply to EHLO.
func offered(ehlo []string, verb string) string {
	var ways []string
	times := 0
	for _, line := range ehlo[min(1, len(ehlo)):] {
		word := firstWord(text(line))
		if !strings.EqualFold(word, verb) {
			continue
		}
		if times++; times > 1 {
			continue
		}
		if word != verb {
			ways = append(ways, "as "+word)
		}
		if strings.TrimSpace(text(line)) != word {
			ways = append(ways, "with a parameter")
		}
	}
	switch {
	case times == 2:
		ways = append(ways, "twice")
	case times > 2:
		ways = append(ways, fmt.Sprintf("%d times", times))
	}
	if len(ways) == 0 {
		return ""
	}
	return " " + strings.Join(ways, " and ")
}

// text is what stands behind the code of a reply line.
func text(line string) string {
	if len(line) < 4 {
		return ""
	}
	return line[4:]
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}
