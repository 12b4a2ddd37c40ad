package conform

import (
	"fmt"
	"slices"

	"mxlab/scenarios/world"
	"mxlab/verify"
)

// A Verdict is what a comparison came to.
type Verdict string

// The verdicts.
const (
	Agree    Verdict = "agree"
	Disagree Verdict = "disagree"
	KnownOne Verdict = "known"          // a disagreement with an entry in known.txt
	NotApt   Verdict = "not applicable" // the driver cannot try it, see Cell.Why
	Unknown  Verdict = "not found out"  // the driver failed, see Cell.Why
	Shown    Verdict = "shown"          // there is nothing to compare with
)

// Verdicts lists the closed set, in the order of the table.
func Verdicts() []Verdict { return []Verdict{Agree, Disagree, KnownOne, NotApt, Unknown} }

// A Cell is one scenario under one mode.
type Cell struct {
	Scenario string
	Mode     string
	Verdict  Verdict
	Why      string   // it is not applicable, was not found out, or is known
	Differ   []string // what both sides say, where they differ
	Ours     *world.ModeResult
	Trial    Trial
	Seen     []Seen // of this message
	Tries    int
}

// Compare tells where a trial, and what hosts saw of it, differ from what a mode
// says.
func Compare(ours world.ModeResult, trial Trial, seen []Seen) (differ []string) {
	say := func(format string, args ...any) { differ = append(differ, fmt.Sprintf(format, args...)) }
	made := ours.Made
	if !fits(made.Outcome, trial.Fate) {
		say("the mode says %s, the sender %s", made.Words(), trial.Fate)
		return differ
	}
	if trial.TLS == "" {
		differ = append(differ, compareHosts(ours.Arrivals, seen)...)
	}
	switch {
	case made.Outcome == verify.Verified && trial.Verified == No:
		say("the mode says verified, the sender does not")
	case made.Outcome == verify.Encrypted && trial.Verified == Yes:
		say("the mode says encrypted, the sender says verified")
	case trial.TLS != "" && made.Outcome.Sent() && (trial.TLS == Yes) != (made.Outcome != verify.Cleartext):
		say("the mode says %s, the sender says TLS: %s", made.Outcome, trial.TLS)
	}
	if !made.Outcome.Sent() && made.Reason != "" && trial.Reason != "" && class(made.Reason) != class(trial.Reason) {
		say("the mode gives the reason %s, the sender %s", made.Reason, trial.Reason)
	}
	return differ
}

// class joins reasons that a product's words do not tell apart: of a certificate it
// says the one fault that it met, and a greeting, as EHLO, is a reply that refuses.
func class(r verify.Reason) verify.Reason {
	switch {
	case r == verify.GreetingRefused:
		return verify.SMTPRefused
	case r.TLS() && r != verify.STARTTLSNotSupported:
		return verify.ValidationFailure
	}
	return r
}

// fits reports whether a sender's word is that of an outcome.
func fits(o verify.Outcome, f Fate) bool {
	switch o {
	case verify.Deferred:
		return f == Deferred || f == Failed
	case verify.Bounced:
		return f == Bounced || f == Failed
	}
	return o.Sent() && f == Sent
}

// compareHosts compares what hosts took.
func compareHosts(ours []world.Arrival, seen []Seen) (differ []string) {
	var a, b []string
	for _, x := range ours {
		a = append(a, arrival(x.Host.String(), x.TLS))
	}
	for _, x := range seen {
		b = append(b, arrival(x.Host.String(), x.TLS))
	}
	slices.Sort(a)
	slices.Sort(b)
	if !slices.Equal(a, b) {
		differ = append(differ, fmt.Sprintf("under the mode hosts take %s, from the sender %s", listed(a), listed(b)))
	}
	return differ
}

func arrival(host string, tls bool) string {
	if tls {
		return host + " in TLS"
	}
	return host + " in clear text"
}

func listed(all []string) string {
	if len(all) == 0 {
		return "nothing"
	}
	text := ""
	for i, s := range all {
		if i > 0 {
			text += ", "
		}
		text += s
	}
	return text
}
