package fakemx

import (
	"crypto/tls"

	"fmt"
	"time"
)

// A plan is what a host does in each phase, faults being resolved.
type plan struct {
	by         map[phase]Fault
	answers    map[Step]answer
	alert      byte   // behind the 220
	min, max   uint16 // TLS versions; 0 is the configuration's own
	cipher     uint16
	curve      tls.CurveID
	greets     string // the name in the greeting; "" is the host's own
	greeting   time.Duration
	latency    time.Duration
	tarpit     time.Duration
	bandwidth  int64 // octets a second
	slice      int64 // octets a write
	resetAfter int64 // octets of the connection
	corrupt    int64 // which octet behind the 220
}

// at gives the answer of a step.
func (p plan) at(s Step) answer { return p.answers[s] }

// has reports whether a fault that has a phase of its own is there.
func (p plan) has(f Fault) bool { return p.by[phase(f)] == f }

// A phase is struck by one fault at most.
type phase string

func newPlan() *plan { return &plan{by: map[phase]Fault{}, answers: map[Step]answer{}} }

// resolve makes a plan of the faults of a host with or without a certificate.
// An error comes with the index of the fault that it is about.
func resolve(faults []Fault, certificate bool) (plan, int, error) {
	p := newPlan()
	phases := make([]phase, len(faults))
	for i, f := range faults {
		ph, err := p.set(f)
		if err != nil {
			return plan{}, i, err
		}
		switch first, taken := p.by[ph]; {
		case taken && first == f:
			return plan{}, i, fmt.Errorf("%s stands twice: delete one", f)
		case taken:
			return plan{}, i, fmt.Errorf("%s contradicts %s: keep one of them", f, first)
		}
		p.by[ph], phases[i] = f, ph
	}
	for i, ph := range phases {
		if err := p.contradiction(ph, certificate); err != nil {
			return plan{}, i, err
		}
	}
	if !certificate && p.at(AtSTARTTLS) == (answer{}) && p.by["after-220"] == "" && p.by["tls"] != SSL3 {
		p.answers[AtSTARTTLS] = answer{how: "none"}
	}
	return *p, -1, nil
}

// contradiction explains why the fault of a phase could never be seen, or
// could not be played.
func (p plan) contradiction(ph phase, certificate bool) error {
	f := p.by[ph]
	if earlier := p.prevents(ph); earlier != "" {
		return fmt.Errorf("%s never happens after %s: keep one of them", f, earlier)
	}
	if p.cipher != 0 && ph == "cipher" && p.min == tls.VersionTLS13 {
		return fmt.Errorf("%s is about TLS 1.0 to 1.2: it never happens under %s", f, p.by["tls"])
	}
	needs := inTLS(ph) && f != SSL3 || f == XAnonymousTLS
	if ph == "starttls" && p.by["after-220"] == "" && p.by["tls"] != SSL3 {
		switch p.at(AtSTARTTLS).how {
		case "on-greeting-line", "twice", "with-parameter":
			needs = true
		}
	}
	if !certificate && needs {
		return fmt.Errorf("%s needs a certificate: name one in place of no-tls", f)
	}
	return nil
}

// prevents gives the fault after which the fault of a phase never happens.
func (p plan) prevents(ph phase) Fault {
	switch ph {
	case "latency", "slice", "bandwidth", "reset-after":
		return p.by["connect"]
	case "connect":
		return ""
	}
	if f := p.by["connect"]; f != "" {
		return f
	}
	if ph == "greeting" || ph == "greeting-delay" {
		return ""
	}
	if a := p.at(atGreeting); a.code != 0 || a.final() {
		return p.by["greeting"]
	}
	if ph == "greeting-name" || ph == "ehlo" || ph == "tarpit" {
		return ""
	}
	ehlo := p.at(AtEHLO)
	if ehlo.final() || ehlo.how == "endless" {
		return p.by["ehlo"]
	}
	switch Step(ph) {
	case mailInClear:
		return p.by[phase(requiresSTARTTLS)]
	case requiresSTARTTLS, unprovenSender:
		return ""
	}
	if follows := map[phase][]phase{"rcpt": {"mail"}, "data": {"mail", "rcpt"}, "dot": {"mail", "rcpt", "data"}}[ph]; follows != nil || ph == "mail" {
		for _, earlier := range follows {
			if f := p.by[earlier]; f != "" {
				return f
			}
		}
		return ""
	}
	if ehlo.code != 0 || ehlo.how == "bare" {
		return p.by["ehlo"]
	}
	if ph == "starttls" {
		return ""
	}
	switch a := p.at(AtSTARTTLS); {
	case a.how == "overwritten":
		return p.by["starttls"]
	case ph == phase(XAnonymousTLS):
		return ""
	case a.how == "none" && p.has(XAnonymousTLS):
	case a.code != 0, a.final(), a.how == "none":
		return p.by["starttls"]
	}
	if f := p.by["after-220"]; f != "" && ph != "after-220" && ph != "plaintext-behind-220" {
		return f
	}
	if inTLS(ph) && ph != "tls" && p.by["tls"] == SSL3 {
		return SSL3
	}
	return ""
}

// inTLS reports whether a phase needs a handshake.
func inTLS(ph phase) bool {
	switch ph {
	case "tls", "cipher", "curve", "sni", "client-cert", "corrupt", "tls-ehlo", phase(PlaintextBehind220),
		phase(ExecutesPipelined), phase(NoSessionTickets), phase(NoCloseNotify):
		return true
	}
	return false
}
