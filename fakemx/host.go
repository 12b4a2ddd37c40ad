package fakemx

import (
	"fmt"
	"slices"
	"strings"
)

// A Host is a host line, parsed.
type Host struct {
	Cert   string  // the label of its certificate, or "no-tls"
	Faults []Fault // in the order of the line
	Words  []Word  // the words as they stand: Words[0] is Cert, Words[i+1] is Faults[i]
}

// A Word is one word of a host line.
type Word struct {
	Text   string
	Offset int // of its first octet in the line
}

// A SyntaxError says where a host line is wrong, and what to write instead.
type SyntaxError struct {
	Offset int // in octets from the start of the line
	Msg    string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("offset %d: %s", e.Offset, e.Msg) }

// ParseLine reads a host line: the label of a certificate, or no-tls for a host
// that has none, then faults, with commas between them.
//
//	hosted, starttls=454
//
// The words are those of the [Fault] constants and functions. An unknown word,
// a fault given twice, and faults that contradict each other are a
// *SyntaxError. Labels are made of letters, digits, dots, hyphens and
// underscores.
func ParseLine(line string) (Host, error) {
	var h Host
	words := split(line)
	if len(words) == 1 && words[0].Text == "" {
		return h, &SyntaxError{0, "the line is empty: write the label of a certificate, or no-tls"}
	}
	for i, w := range words {
		switch {
		case w.Text == "" && i == len(words)-1:
			return h, &SyntaxError{w.Offset, "nothing follows the comma: delete it"}
		case w.Text == "":
			return h, &SyntaxError{w.Offset, "nothing stands before the comma: delete it, or write what was meant"}
		}
		if space := strings.IndexAny(w.Text, " \t"); space >= 0 {
			return h, &SyntaxError{w.Offset + space, "write a comma between two words"}
		}
	}
	h.Words = words
	h.Cert = words[0].Text
	if err := checkLabel(words[0]); err != nil {
		return Host{}, err
	}
	for _, w := range words[1:] {
		h.Faults = append(h.Faults, Fault(w.Text))
	}
	if _, i, err := resolve(h.Faults, h.Cert != "no-tls"); err != nil {
		return Host{}, &SyntaxError{words[i+1].Offset, err.Error()}
	}
	return h, nil
}

// split cuts a line at its commas and trims the words.
func split(line string) []Word {
	var words []Word
	for start := 0; ; {
		text, _, more := strings.Cut(line[start:], ",")
		lead := len(text) - len(strings.TrimLeft(text, " \t"))
		words = append(words, Word{strings.Trim(text, " \t"), start + lead})
		if !more {
			return words
		}
		start += len(text) + 1
	}
}

// checkLabel refuses a fault where the certificate should be, and what no
// label is made of.
func checkLabel(w Word) error {
	if w.Text == "no-tls" {
		return nil
	}
	if _, err := newPlan().set(Fault(w.Text)); err == nil {
		return &SyntaxError{w.Offset, fmt.Sprintf("%s has no certificate before it: begin the line with a label, or with no-tls", w.Text)}
	}
	for i, r := range w.Text {
		ok := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r)
		if !ok {
			return &SyntaxError{w.Offset + i, fmt.Sprintf("%q in the label of a certificate: write letters, digits, dots, hyphens and underscores", r)}
		}
	}
	return nil
}

// Connect returns what happens to a connection request: "" if it is accepted,
// "refused" or "silent". A simulated network plays these; no server runs.
func (h Host) Connect() string {
	for _, f := range h.Faults {
		if f == ConnectRefused || f == ConnectSilent {
			return strings.TrimPrefix(string(f), "connect=")
		}
	}
	return ""
}

// BehindRcpt reports whether the host may take a recipient and then go wrong: by
// a fault of DATA or of the final dot, or by one of the transport, which strikes
// wherever the dialogue has come to.
func (h Host) BehindRcpt() bool {
	return slices.ContainsFunc(h.Faults, func(f Fault) bool {
		key, _, _ := strings.Cut(string(f), "=")
		return slices.Contains([]string{string(AtData), string(AtDot), "latency", "tarpit", "bandwidth", "reset-after"}, key)
	})
}

// String returns the host line, in the form that ParseLine takes.
func (h Host) String() string {
	words := []string{h.Cert}
	for _, f := range h.Faults {
		words = append(words, f.String())
	}
	return strings.Join(words, ", ")
}
