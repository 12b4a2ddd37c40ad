package fakemx

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// offer says how the EHLO reply speaks of STARTTLS.
type offer int

const (
	offerLine offer = iota // on a line of its own (RFC 3207 section 4)
	offerNone
	offerGreetingLine
	offerOverwritten
)

// A plan is what a host does in each phase, faults being resolved.
type plan struct {
	connect  string // "", "refused", "silent"
	mute     bool   // no greeting comes
	greeting int    // the refusing code; 0 is a greeting with 220
	offer    offer
	starttls int    // the refusing code; 0 is 220
	after    Answer // "" is a handshake
	min, max uint16 // TLS versions; 0 is the configuration's own
	rcpt     int    // the refusing code; 0 takes every recipient
}

// A phase is struck by one fault at most.
type phase string

// resolve makes a plan of the faults of a host with or without a certificate.
// An error comes with the index of the fault that it is about.
func resolve(faults []Fault, certificate bool) (plan, int, error) {
	var p plan
	by := map[phase]Fault{}
	phases := make([]phase, len(faults))
	for i, f := range faults {
		ph, err := p.set(f)
		if err != nil {
			return plan{}, i, err
		}
		switch first, taken := by[ph]; {
		case taken && first == f:
			return plan{}, i, fmt.Errorf("%s stands twice: delete one", f)
		case taken:
			return plan{}, i, fmt.Errorf("%s contradicts %s: keep one of them", f, first)
		}
		by[ph], phases[i] = f, ph
	}
	for i, ph := range phases {
		if err := p.contradiction(ph, by, certificate); err != nil {
			return plan{}, i, err
		}
	}
	if !certificate && p.offer == offerLine && p.starttls == 0 && p.after == "" {
		p.offer = offerNone
	}
	return p, -1, nil
}

// contradiction explains why the fault of a phase could never be seen, or
// could not be played.
func (p plan) contradiction(ph phase, by map[phase]Fault, certificate bool) error {
	f := by[ph]
	never := func(earlier Fault) error {
		return fmt.Errorf("%s never happens after %s: keep one of them", f, earlier)
	}
	if p.connect != "" && ph != "connect" {
		return never(by["connect"])
	}
	if (p.mute || p.greeting != 0) && ph != "connect" && ph != "greeting" {
		return never(by["greeting"])
	}
	handshake := ph == "after-220" || ph == "tls"
	if handshake && (p.offer == offerNone || p.offer == offerOverwritten || p.starttls != 0) {
		return never(by["starttls"])
	}
	if ph == "tls" && p.after != "" {
		return never(by["after-220"])
	}
	if !certificate && (ph == "tls" || ph == "starttls" && p.offer == offerGreetingLine && p.after == "") {
		return fmt.Errorf("%s needs a certificate: name one in place of no-tls", f)
	}
	return nil
}

// set enters one fault, and returns the phase that it strikes. The error says
// what to write instead.
func (p *plan) set(f Fault) (ph phase, err error) {
	key, value, _ := strings.Cut(string(f), "=")
	ph = phase(key)
	switch {
	case f == NoSTARTTLS:
		ph, p.offer = "starttls", offerNone
	case f == STARTTLSOnGreetingLine:
		p.offer = offerGreetingLine
	case f == STARTTLSOverwritten:
		p.offer = offerOverwritten
	case f == GreetingSilent:
		p.mute = true
	case f == ConnectRefused, f == ConnectSilent:
		p.connect = value
	case f == After220(Close), f == After220(Silence), f == After220(Garbage), f == After220(Alert):
		p.after = Answer(value)
	case isCode(value) && key == "starttls":
		p.starttls, err = refusal(f, value)
	case isCode(value) && key == "greeting":
		p.greeting, err = refusal(f, value)
	case isCode(value) && key == "rcpt":
		p.rcpt, err = refusal(f, value)
	case key == "tls" && value != "":
		p.min, p.max, err = parseVersions(value)
	case f == "no-tls":
		err = errors.New("no-tls stands first, in place of the certificate's label")
	default:
		err = unknown(string(f))
	}
	return ph, err
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
