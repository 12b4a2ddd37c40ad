package fakemx

import "fmt"

// A Step is a moment in which a host answers: the key of a word such as
// "mail=451".
type Step string

// The steps, in the order of a session.
const (
	AtEHLO     Step = "ehlo"      // EHLO in clear text; HELO is still answered
	AtSTARTTLS Step = "starttls"  // the command
	After220To Step = "after-220" // the ClientHello
	AtTLSEHLO  Step = "tls-ehlo"  // EHLO inside TLS; HELO is still answered
	AtMail     Step = "mail"
	AtRcpt     Step = "rcpt"
	AtData     Step = "data" // the command
	AtDot      Step = "dot"  // the end of the message's text
)

// These are steps too, with functions of their own.
const (
	atConnect        Step = "connect"
	atGreeting       Step = "greeting"
	requiresSTARTTLS Step = "requires-starttls"
	mailInClear      Step = "mail-in-clear"
	unprovenSender   Step = "unproven-sender"
)

// Reject answers a step with a code from 400 to 559. The session goes on, after
// 421 it ends. Behind the 220 the code comes in clear text, where the
// ServerHello should be.
func Reject(s Step, code int) Fault { return Fault(fmt.Sprintf("%s=%d", s, code)) }

// Fail ends the session at a step: with [Close], [Silence], [Reset] or
// [Garbage].
func Fail(s Step, a Answer) Fault { return Fault(string(s) + "=" + string(a)) }

// commandSteps are the steps that take a code, and each answer of Fail.
func commandSteps() []Step {
	return []Step{AtEHLO, AtSTARTTLS, AtTLSEHLO, AtMail, AtRcpt, AtData, AtDot}
}

// An answer is what a step is answered with; the zero answer is honest.
type answer struct {
	code int    // a refusal, or 0
	how  string // the value of the word, if it is no code
}

// final reports whether nothing can follow in the session.
func (a answer) final() bool {
	return a.code == 421 || a.how == string(Close) || a.how == string(Silence) || a.how == string(Reset) || a.how == string(Garbage)
}

// fail plays an answer that ends the session.
func (d *dialogue) fail(how string) {
	switch Answer(how) {
	case Garbage:
		d.Conn.Write([]byte(garbage))
	case Silence:
		d.conn.silence()
	case Reset:
		d.conn.wire.reset()
	}
	d.over = true
}

// answer plays the fault of a step, if there is one, and reports whether it did.
func (d *dialogue) answer(s Step, text string) bool {
	switch a := d.conn.plan.at(s); {
	case a.code != 0:
		d.say(refuse(a.code, text))
		return true
	case a.final():
		d.fail(a.how)
		return true
	}
	return false
}
