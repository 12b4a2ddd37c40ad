package fakedns

import (
	"strconv"
	"strings"
	"time"
)

const (
	maxDelay    = time.Hour
	maxAttempts = 1_000_000
	maxPeriod   = 1000 // of Loss
	minSize     = 512
	maxSize     = 65_535
)

// ParseFault reads "KIND OWNER TYPE": "servfail mx02.example.com. A". Some
// kinds have a value: "delay=2s", "loss=1/2", "size=65535", "edns=formerr",
// "edns=notimp", "edns=timeout". Behind the type, in any order, may follow
// "attempts=1", the first query alone ("attempts=2-" all but the first,
// "attempts=2-3" those two), and, of truncate, "tcp=reset" or "tcp=timeout".
// The error is a *[SyntaxError].
func ParseFault(line string) (Fault, error) {
	lx := lexer{text: line}
	e, serr := lx.next()
	if serr != nil {
		return Fault{}, serr
	}
	words := e.tokens
	if rest := strings.TrimLeft(line[lx.pos:], " \t\r\n"); len(words) < 3 || rest != "" {
		at := len(line) - len(rest)
		if len(words) < 3 {
			at = len(line)
		}
		return Fault{}, syntaxErrorf(at, "a fault is one line with a kind, an owner and a type: write KIND OWNER TYPE, such as servfail mx.example.com. A")
	}
	f, serr := parseKind(words[0])
	if serr != nil {
		return Fault{}, serr
	}
	owner := words[1]
	name, err := canonical(owner.text)
	if err != nil || strings.Contains(owner.text, `"`) {
		return Fault{}, syntaxErrorf(owner.off, "%s is no domain name: %v", clip(owner.text), errName)
	}
	typ, ok := typeOf(words[2].text)
	if !ok {
		return Fault{}, syntaxErrorf(words[2].off, "unknown record type %s: %s", clip(words[2].text), suggest(words[2].text, commonTypes()))
	}
	f.Owner, f.Type = display(name), typeName(typ)
	for _, word := range words[3:] {
		if serr := f.option(word); serr != nil {
			return Fault{}, serr
		}
	}
	return f, nil
}

// parseKind reads the first word of a fault.
func parseKind(t token) (Fault, *SyntaxError) {
	word, value, assigned := strings.Cut(t.text, "=")
	f := Fault{Kind: FaultKind(word)}
	at := t.off + len(word)
	switch f.Kind {
	case Delay:
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 || d > maxDelay {
			return f, syntaxErrorf(at, "a delay has a duration of at most %v: write delay=2s OWNER TYPE", maxDelay)
		}
		f.Delay = d
		return f, nil
	case Loss:
		lost, of, _ := strings.Cut(value, "/")
		f.Lost, f.Of = number(lost, maxPeriod), number(of, maxPeriod)
		if f.Lost == 0 || f.Of <= f.Lost {
			return f, syntaxErrorf(at, "loss tells how many of how many queries are lost, less than all, and at most of %d: write loss=1/2 OWNER TYPE, or timeout for all", maxPeriod)
		}
		return f, nil
	case Size:
		if f.Size = number(value, maxSize); f.Size < minSize {
			return f, syntaxErrorf(at, "a message has a size from %d to %d octets: write size=%d OWNER TYPE", minSize, maxSize, maxSize)
		}
		return f, nil
	case EDNS:
		f.EDNS = FaultKind(value)
		if f.EDNS != FormErr && f.EDNS != NotImp && f.EDNS != Timeout {
			return f, syntaxErrorf(at, "edns tells how a query with EDNS goes wrong: write edns=formerr, edns=notimp or edns=timeout")
		}
		return f, nil
	}
	var kinds []string
	for _, k := range FaultKinds() {
		kinds = append(kinds, string(k))
		if k == f.Kind {
			if assigned {
				return f, syntaxErrorf(at, "%s has no value: write %s OWNER TYPE", word, word)
			}
			return f, nil
		}
	}
	return f, syntaxErrorf(t.off, "unknown fault %s: %s", clip(word), suggest(word, kinds))
}

// option reads a word behind the type.
func (f *Fault) option(t token) *SyntaxError {
	word, value, _ := strings.Cut(t.text, "=")
	at := t.off + len(word)
	switch {
	case word == "attempts" && (f.First > 0 || f.Last > 0), word == "tcp" && f.TCP != "":
		return syntaxErrorf(t.off, "%s stands here a second time: keep one of them", word)
	case word == "attempts":
		first, last, ranged := strings.Cut(value, "-")
		f.First, f.Last = number(first, maxAttempts), number(last, maxAttempts)
		if !ranged {
			f.First, f.Last = 1, f.First
		}
		open := ranged && last == ""
		if f.First == 0 || !open && f.Last < f.First || open && f.First == 1 {
			return syntaxErrorf(at, "attempts tells which queries go wrong: write attempts=1 for the first, attempts=2- for all others, attempts=2-3 for those two")
		}
		return nil
	case word == "tcp" && f.Kind != Truncate:
		return syntaxErrorf(t.off, "tcp= belongs to truncate, after which TCP is tried: write truncate OWNER TYPE tcp=reset")
	case word == "tcp":
		if f.TCP = FaultKind(value); f.TCP != reset && f.TCP != Timeout {
			return syntaxErrorf(at, "tcp tells what becomes of the query by TCP: write tcp=reset or tcp=timeout")
		}
		return nil
	}
	return syntaxErrorf(t.off, "unknown word %s behind the type: %s", clip(word), suggest(word, []string{"attempts=", "tcp="}))
}

// number reads a positive number up to most; 0 if it is none.
func number(s string, most int) int {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n > most {
		return 0
	}
	return n
}
