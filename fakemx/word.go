package fakemx

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mxlab/internal/nearest"
)

// set enters one fault, and returns the phase that it strikes. The error says
// what to write instead.
func (p *plan) set(f Fault) (ph phase, err error) {
	key, value, valued := strings.Cut(string(f), "=")
	ph = phase(key)
	switch {
	case f == "no-tls":
		return ph, errors.New("no-tls stands first, in place of the certificate's label")
	case valued && p.measure(key) != nil:
		return ph, p.measure(key)(f, value)
	case isCode(value) && takesCode(key):
		code, err := refusal(f, value)
		p.answers[Step(key)] = answer{code: code}
		return ph, err
	case key == "tls" && value != "" && f != SSL3:
		p.min, p.max, err = parseVersions(value)
		return ph, err
	case key == "cipher" && value != "":
		p.cipher, err = parseCipher(value)
		return ph, err
	case key == "curve" && value != "":
		p.curve, err = parseCurve(value)
		return ph, err
	case key == "greeting-name" && value != "":
		p.greets = value
		return ph, checkName(value)
	case key == "alert" && value != "":
		number, ok := alertNumber(value)
		if !ok {
			return ph, unknownAlert(value)
		}
		p.alert, p.answers[After220To] = number, answer{how: string(Alert)}
		return phase(After220To), nil
	case !slices.Contains(Vocabulary(), string(f)):
		return ph, unknown(string(f))
	case f == NoSTARTTLS:
		ph, value = phase(AtSTARTTLS), "none"
	case f == After220(Alert):
		p.alert = alertHandshakeFailure
	}
	p.answers[Step(ph)] = answer{how: value}
	return ph, nil
}

// takesCode reports whether a step may be answered with a code.
func takesCode(key string) bool {
	switch Step(key) {
	case atGreeting, After220To, requiresSTARTTLS, mailInClear, unprovenSender:
		return true
	}
	return slices.Contains(commandSteps(), Step(key))
}

// measure gives what reads the value of a key that takes a time or a number.
func (p *plan) measure(key string) func(f Fault, value string) error {
	d := map[string]*time.Duration{"greeting-delay": &p.greeting, "latency": &p.latency, "tarpit": &p.tarpit}[key]
	n := map[string]*int64{"bandwidth": &p.bandwidth, "slice": &p.slice, "reset-after": &p.resetAfter, "corrupt": &p.corrupt}[key]
	switch {
	case d != nil:
		return func(f Fault, value string) (err error) { *d, err = parseDelay(f, value); return err }
	case n != nil:
		return func(f Fault, value string) (err error) { *n, err = parseOctets(f, value); return err }
	}
	return nil
}

// longest is the longest delay; no product waits so long for a reply.
const longest = 24 * time.Hour

func parseDelay(f Fault, value string) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 || d > longest {
		key, _, _ := strings.Cut(string(f), "=")
		return 0, fmt.Errorf("%.40s is no time from 1ns to %v: write it with its unit, such as %s", f, longest, suggest(key))
	}
	return d, nil
}

func parseOctets(f Fault, value string) (int64, error) {
	n, err := strconv.ParseInt(value, 10, 31)
	if err != nil || n < 1 || value[0] == '+' || value[0] == '0' {
		key, _, _ := strings.Cut(string(f), "=")
		return 0, fmt.Errorf("%.40s is no number of octets: write one of 1 or more, such as %s", f, suggest(key))
	}
	return n, nil
}

func checkName(name string) error {
	// RFC 5321 section 4.5.3.1.2
	if len(name) > 255 || !printable(name) || strings.Contains(name, " ") {
		return fmt.Errorf("%.40q is no host name: write one such as greeting-name=mail.example.net", name)
	}
	return nil
}

func unknownAlert(name string) error {
	var names []string
	for _, a := range alerts() {
		names = append(names, a.name)
	}
	if meant := nearest.Word(name, names...); meant != "" {
		return fmt.Errorf("unknown alert %q: did you mean alert=%s?", name, meant)
	}
	return fmt.Errorf("unknown alert %.40q: write a name of RFC 8446 section 6, one of %s", name, strings.Join(names, ", "))
}

// isCode reports whether a value was meant to be a number.
func isCode(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// refusal reads a reply code that refuses: the grammar of RFC 5321 section 4.2
// for the digits, first digit 4 or 5.
func refusal(f Fault, s string) (int, error) {
	if len(s) == 3 && (s[0] == '4' || s[0] == '5') && s[1] <= '5' {
		return strconv.Atoi(s)
	}
	key, _, _ := strings.Cut(string(f), "=")
	return 0, fmt.Errorf("%.40s is no refusal: write a code from 400 to 459 or 500 to 559, such as %s", f, suggest(key))
}
