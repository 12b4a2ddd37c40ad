package esa

import (
	"slices"
	"strings"
	"sync"

	"mxlab/verify"
	"mxlab/verify/judge"
	"mxlab/verify/pkix"
)

// A Listener is the TLS setting of a mail flow policy, which a listener's Host
// Access Table gives to the senders that come. It is immutable.
type Listener struct {
	choice   verify.Choice
	inverted string // the id of the rule that is turned round
}

var _ verify.Listener = Listener{}

// The settings of a mail flow policy.
const (
	listenerOff       = "listener-off"
	listenerPreferred = "listener-preferred"
	listenerRequired  = "listener-required"
)

// Receiver gives the settings of a listener, their options and rules. What it
// holds is shared, and not to be changed.
func Receiver() verify.Receiver {
	return verify.Receiver{Product: receiver(), Listen: func(setting string, options map[string]string) (verify.Listener, error) {
		return NewListener(setting, options)
	}}
}

// receiver is made once; NewListener chooses from it.
var receiver = sync.OnceValue(func() verify.Product {
	return verify.Product{
		Name:  "esa",
		Title: "Cisco Email Security Appliance: listeners, TLS of a mail flow policy",
		Settings: []verify.Setting{
			{Name: listenerOff, Menu: "Off", Summary: "STARTTLS is not offered"},
			{Name: listenerPreferred, Menu: "Preferred", Summary: "a sender is taken over TLS or without it"},
			{Name: listenerRequired, Menu: "Required", Summary: "a sender is taken over TLS only"},
		},
		Options: []verify.Option{
			{Name: "verify-client", Values: []string{"no", "yes"}, Settings: []string{listenerPreferred, listenerRequired},
				Text: "Verify Client Certificate: a certificate that is not valid ends the connection; under Required none does so too"},
			{Name: "without-certificate", Values: []string{"refused", "taken"}, Settings: []string{listenerPreferred},
				Text: "with verify-client=yes, a sender that shows no certificate gets no TLS, or gets it all the same"},
			{Name: "mandatory-for", Values: []string{"nobody"}, Form: "DOMAIN,...", Free: verify.CheckDomains, Settings: []string{listenerPreferred},
				Text: "the domains of envelope senders, in an address list, that must use TLS"},
		},
		Rules: listenerRules(),
	}
})

// NewListener makes the listener of a setting, with options that differ from
// their defaults. The errors are those of [verify.Product.Choose].
func NewListener(setting string, options map[string]string) (Listener, error) {
	c, err := receiver().Choose(setting, options)
	return Listener{choice: c}, err
}

// Mode gives the listener's name; options at their defaults are left out.
func (l Listener) Mode() string { return l.choice.Mode }

// Setting gives the name of the setting without its options.
func (l Listener) Setting() string { return l.choice.Setting.Name }

// Option gives the value of an option, its default where it was not set.
func (l Listener) Option(name string) string { return l.choice.Option(name) }

// Offers reports whether STARTTLS is offered.
func (l Listener) Offers() bool { return l.Setting() != listenerOff }

// Asks reports whether a client certificate is asked for.
func (l Listener) Asks() bool { return l.Option("verify-client") == "yes" }

// Mandatory reports whether senders from a domain must use TLS.
func (l Listener) Mandatory(domain string) bool {
	return l.Setting() == listenerRequired || slices.Contains(strings.Split(l.Option("mandatory-for"), ","), domain)
}

// Refusals are the words with which the listener may refuse.
func (l Listener) Refusals() []string {
	if !l.Offers() {
		return nil
	}
	words := []string{"handshake"}
	if l.Setting() == listenerRequired || l.Option("mandatory-for") != "nobody" {
		words = append(words, "530")
	}
	return words
}

// Inverted gives the same listener with one rule turned round; see
// [Policy.Inverted].
func (l Listener) Inverted(ruleID string) verify.Listener {
	l.inverted = ruleID
	return l
}

// Receive follows the sender as far as the listener lets it come. It needs
// nothing.
func (l Listener) Receive(a verify.Arrival) (verify.Reception, []verify.Need) {
	return l.receive(a), nil
}

func (l Listener) receive(a verify.Arrival) verify.Reception {
	g := judge.NewGate(l.Mode(), a, l.inverted)
	taken := map[string]*verify.Rule{listenerOff: ruleListenerOff, listenerPreferred: ruleListenerPreferred, listenerRequired: ruleListenerRequired}[l.Setting()]
	switch {
	case !l.Offers():
	case a.Broken && !g.Check(ruleListenerHandshake, "handshake", false, "TLS did not come about"):
		return g.Refuse(0, verify.Saying{})
	case l.Setting() == listenerRequired && !g.Check(ruleListenerRequired, "TLS", a.TLS, "not used"):
		return refuse530(g, "530 #5.7.0 Must issue a STARTTLS command first")
	case !a.TLS && l.Setting() != listenerRequired && l.Mandatory(a.Domain) && !g.Check(ruleListenerMandatory, "TLS", false, "not used"):
		return refuse530(g, "530 #5.7.0 This sender must issue a STARTTLS command first")
	case a.TLS && l.Asks() && !l.knows(g):
		if g.Decide(ruleListenerInHandshake); !g.Holds(ruleListenerInHandshake, true) {
			return g.Refuse(554, verify.Saying{})
		}
		return g.Refuse(0, verify.Saying{})
	}
	if g.Decide(taken); !g.Holds(taken, true) && taken != ruleListenerRequired {
		return g.Refuse(554, verify.Saying{})
	}
	return g.Accept()
}

// refuse530 refuses a sender that is to use TLS first.
func refuse530(g *judge.Gate, said string) verify.Reception {
	if g.Decide(ruleListener530); !g.Holds(ruleListener530, true) {
		return g.Refuse(550, verify.Saying{})
	}
	return g.Refuse(530, verify.Saying{Text: said, Source: guideStrings, Certainty: verify.Recalled})
}

// knows reports whether the client's certificate lets the sender pass.
func (l Listener) knows(g *judge.Gate) bool {
	if len(g.Arrival.Chain) == 0 {
		missing := ruleListenerNoneRequired
		if l.Setting() == listenerPreferred {
			if missing = ruleListenerNonePreferred; l.Option("without-certificate") == "taken" {
				missing = ruleListenerNoneTaken
			}
		}
		if !g.Check(missing, "client certificate", missing == ruleListenerNoneTaken, "none was shown") {
			return false
		}
		g.Decide(missing)
		return true
	}
	path := pkix.Build(g.Arrival.Chain, g.Evidence.Anchors, g.Evidence.Now, library.ForClients())
	if reason, _ := g.Path(path, clientPaths); reason == "" {
		g.Note(ruleListenerNoRevocation, "path: revocation", verify.Passed, "no list is asked")
		g.Decide(ruleListenerNoRevocation)
		return g.Holds(ruleListenerNoRevocation, true)
	}
	g.Decide(ruleListenerInvalid)
	return !g.Holds(ruleListenerInvalid, true)
}
