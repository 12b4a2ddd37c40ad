package fakedns

import (
	"strings"
	"time"
)

// A FaultKind says what is wrong with the answers to a question.
type FaultKind string

// The faults.
const (
	ServFail FaultKind = "servfail" // the answer is SERVFAIL
	Refused  FaultKind = "refused"  // the answer is REFUSED
	Timeout  FaultKind = "timeout"  // there is no answer
	Truncate FaultKind = "truncate" // by UDP the answer is empty and has TC; by TCP it is whole
	Delay    FaultKind = "delay"    // the answer is late
)

const maxDelay = time.Hour

// A Fault is what no zone text can say: how the questions for one owner and
// type go wrong. It concerns the name that is asked for, not the names that a
// CNAME leads to. ServFail, Refused and Timeout speak for a name that is in no
// zone too; Truncate and Delay need an answer, so such a name stays outside.
type Fault struct {
	Kind  FaultKind
	Delay time.Duration // of Delay
	Owner string        // lower case, without the trailing dot
	Type  string        // "MX", "A"
}

// ParseFault reads "KIND OWNER TYPE": "servfail mx02.example.com. A". A delay
// has its duration: "delay=2s mx02.example.com. A". The error is a
// *[SyntaxError].
func ParseFault(line string) (Fault, error) {
	lx := lexer{text: line}
	e, serr := lx.next()
	if serr != nil {
		return Fault{}, serr
	}
	if len(e.tokens) != 3 || strings.TrimSpace(line[lx.pos:]) != "" {
		at := len(line)
		if len(e.tokens) > 3 {
			at = e.tokens[3].off
		}
		return Fault{}, syntaxErrorf(at, "a fault is three words: write KIND OWNER TYPE, such as servfail mx.example.com. A")
	}
	f, serr := parseKind(e.tokens[0])
	if serr != nil {
		return Fault{}, serr
	}
	owner := e.tokens[1]
	name, err := canonical(owner.text)
	if err != nil || strings.Contains(owner.text, `"`) {
		return Fault{}, syntaxErrorf(owner.off, "%s is no domain name: %v", clip(owner.text), errName)
	}
	typ, ok := typeOf(e.tokens[2].text)
	if !ok {
		return Fault{}, syntaxErrorf(e.tokens[2].off, "unknown record type %s: %s", clip(e.tokens[2].text), suggest(e.tokens[2].text, commonTypes()))
	}
	f.Owner, f.Type = display(name), typeName(typ)
	return f, nil
}

// parseKind reads the first word of a fault.
func parseKind(t token) (Fault, *SyntaxError) {
	word, value, assigned := strings.Cut(t.text, "=")
	kinds := []string{string(ServFail), string(Refused), string(Timeout), string(Truncate), string(Delay)}
	f := Fault{Kind: FaultKind(word)}
	switch f.Kind {
	case ServFail, Refused, Timeout, Truncate:
		if assigned {
			return f, syntaxErrorf(t.off+len(word), "%s has no value: write %s OWNER TYPE", word, word)
		}
	case Delay:
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 || d > maxDelay {
			return f, syntaxErrorf(t.off+len(word), "a delay has a duration of at most %v: write delay=2s OWNER TYPE", maxDelay)
		}
		f.Delay = d
	default:
		return f, syntaxErrorf(t.off, "unknown fault %s: %s", clip(word), suggest(word, kinds))
	}
	return f, nil
}

// A mishap is all that is wrong with one question: at most one delay, and then
// one other fault.
type mishap struct {
	delay time.Duration
	kind  FaultKind
}

type mishaps map[setKey]mishap

func newMishaps(faults []Fault) mishaps {
	m := make(mishaps, len(faults))
	for _, f := range faults {
		name, err := canonical(f.Owner)
		typ, ok := typeOf(f.Type)
		if err != nil || !ok {
			continue // no such question can be asked
		}
		was := m[setKey{name, typ}]
		if f.Kind == Delay {
			was.delay = f.Delay
		} else {
			was.kind = f.Kind
		}
		m[setKey{name, typ}] = was
	}
	return m
}
