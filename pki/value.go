package pki

import (
	"strconv"
	"strings"
	"time"
)

// parseLabel reads issuer=.
func parseLabel(v value) (string, error) {
	if msg := labelFault(v.text); msg != "" {
		return "", wrong(v.offset(), "%s", msg)
	}
	switch v.text {
	case leaf, issuer, root:
		return "", wrong(v.offset(), "issuer= is no list of what is sent; write issuer=public, issuer=private or issuer=LABEL")
	}
	return v.text, nil
}

// parseSend reads send=.
func parseSend(v value) ([]string, error) {
	var send []string
	for i, what := range v.list() {
		switch msg := labelFault(what.text); {
		case what.text == "":
			return nil, wrong(what.offset(), "a certificate is missing at this comma; write leaf, issuer, root or a label")
		case msg != "":
			return nil, wrong(what.offset(), "%s", msg)
		case what.text == public || what.text == private:
			return nil, wrong(what.offset(), "%s is a hierarchy, not a certificate; write issuer, root or a label", what.text)
		case i == 0 && what.text != leaf:
			// RFC 8446 section 4.4.2: the sender's own certificate comes first.
			return nil, wrong(what.offset(), "the first certificate is the host's own; write send=leaf,%s", v.text)
		}
		send = append(send, what.text)
	}
	return send, nil
}

// labelFault tells what is wrong with a label, or nothing. A label stands in
// lists and between blanks, so it has neither.
func labelFault(label string) string {
	for i := range len(label) {
		c := label[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case i > 0 && (c == '-' || c == '_' || c == '.'):
		default:
			return strconv.Quote(label) + " is not a label; write letters and digits, and - _ . after the first"
		}
	}
	if label == "" || len(label) > 64 {
		return "this label has " + strconv.Itoa(len(label)) + " characters; write 1 to 64"
	}
	return ""
}

const (
	day  = 24 * time.Hour
	year = 365 * day
	// maxAge keeps every date of a present-day lab within the years that a
	// certificate can say.
	maxAge = 50 * year
)

// parseAge reads a time relative to the lab's: a sign, a number, a unit.
func parseAge(v value) (time.Duration, error) {
	digits := strings.TrimLeft(v.text, "+-")
	if len(v.text)-len(digits) > 1 || len(digits) < 2 {
		return 0, badAge(v)
	}
	unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': day, 'y': year}[digits[len(digits)-1]]
	n, err := strconv.ParseUint(digits[:len(digits)-1], 10, 32)
	if unit == 0 || err != nil {
		return 0, badAge(v)
	}
	if n > uint64(maxAge/unit) {
		return 0, wrong(v.offset(), "%s is too far away; write at most 50y", v.text)
	}
	age := time.Duration(n) * unit
	if v.text[0] == '-' {
		age = -age
	}
	return age, nil
}

func badAge(v value) error {
	return wrong(v.offset(), "%q is not a time relative to now; write a sign, a whole number and one of m h d y, as in -90d, +1y or 12h", v.text)
}
