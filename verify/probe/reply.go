package probe

import (
	"bufio"
	"errors"
	"fmt"
	"strings"

	"mxlab/verify"
)

// What is read of a peer at most. RFC 5321 section 4.5.3.1.5 allows 512 octets
// a reply line; real hosts overstep it.
const (
	MaxLine  = 2048 // octets of a reply line, with its line end
	MaxLines = 128  // lines of a reply
)

var (
	errNotSMTP = errors.New("not an SMTP reply")
	errTooLong = errors.New("the reply is too long")
)

// readReply reads one reply, RFC 5321 section 4.2. Each line is told to heard
// without its line end, also one that breaks off or is no SMTP. The error is
// the reader's, or wraps errNotSMTP or errTooLong. br holds MaxLine octets.
func readReply(br *bufio.Reader, heard func(line string)) (verify.Reply, error) {
	var r verify.Reply
	for range MaxLines {
		raw, err := br.ReadSlice('\n')
		line := strings.TrimSuffix(strings.TrimSuffix(string(raw), "\n"), "\r")
		if err == nil || line != "" {
			heard(line)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return r, fmt.Errorf("%w: a line of more than %d octets", errTooLong, MaxLine)
		case err != nil:
			return r, err
		}
		code, more, text, ok := parseLine(line)
		// RFC 5321 section 4.2.1: all lines of a reply have the same code.
		if !ok || r.Code != 0 && r.Code != code {
			return r, fmt.Errorf("%w: %.80q", errNotSMTP, line)
		}
		r.Code, r.Lines = code, append(r.Lines, text)
		if !more {
			return r, nil
		}
	}
	return r, fmt.Errorf("%w: more than %d lines", errTooLong, MaxLines)
}

// parseLine takes a reply line apart: three digits, "-" if more lines follow or
// a blank, which may be missing with the text (RFC 5321 section 4.2.1).
// A code that starts with 0 is none; the others beyond the grammar of section
// 4.2 are read, and left to be fatal.
func parseLine(line string) (code int, more bool, text string, ok bool) {
	if len(line) < 3 || line[0] == '0' {
		return 0, false, "", false
	}
	for _, c := range []byte(line[:3]) {
		if c < '0' || c > '9' {
			return 0, false, "", false
		}
		code = 10*code + int(c-'0')
	}
	if len(line) == 3 {
		return code, false, "", true
	}
	switch line[3] {
	case ' ', '-':
		return code, line[3] == '-', line[4:], true
	}
	return 0, false, "", false
}
