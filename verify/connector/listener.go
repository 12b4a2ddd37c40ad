package connector

import (
	"fmt"
	"slices"
	"strings"

	"mxlab/verify"
	"mxlab/verify/judge"
)

// A Receiver is the receiving side of a product: what all of its settings share.
type Receiver struct {
	Product   verify.Product
	Settings  []Entrance
	Handshake *verify.Rule                         // TLS that does not come about behind the 220 ends the connection
	Chosen    func(*Entrance, func(string) string) // changes a setting by its options; may be nil
}

// An Entrance is one way in which a receiver is set: of whom it demands what.
type Entrance struct {
	verify.Setting

	Unlisted *verify.Rule // a sender whose domain is not on the list of the option domains is taken; nil where there is no list
	TLS      *verify.Rule // the others are refused without TLS,
	Missing  *verify.Rule // without a client certificate, or
	Bad      *verify.Rule // with one that does not hold; both nil where none is asked for
	Refusal  Refusal      // how
	Path     Path
	Identity Identity // the reference is the sender's domain
}

// A Refusal is how a receiver refuses, and the rule that says so.
type Refusal struct {
	Rule   *verify.Rule
	Code   int
	NoTLS  verify.Saying // what it says where TLS is missing,
	NoName verify.Saying // and where the certificate names somebody else
}

// A Listener is one setting of a receiver, with its options. It is immutable.
type Listener struct {
	receiver *Receiver
	setting  Entrance
	choice   verify.Choice
	inverted string // the id of the rule that is turned round
}

var _ verify.Listener = Listener{}

// Listen makes the listener of a setting, with options that differ from their
// defaults. The errors are those of [verify.Product.Choose].
func (r *Receiver) Listen(setting string, options map[string]string) (Listener, error) {
	c, err := r.Product.Choose(setting, options)
	if err != nil {
		return Listener{}, err
	}
	for _, s := range r.Settings {
		if s.Name == c.Setting.Name {
			l := Listener{receiver: r, setting: s, choice: c}
			if r.Chosen != nil {
				r.Chosen(&l.setting, c.Option)
			}
			return l, nil
		}
	}
	return Listener{}, fmt.Errorf("the setting %s of %s has no rules", c.Setting.Name, r.Product.Name)
}

// Mode gives the listener's name; options at their defaults are left out.
func (l Listener) Mode() string { return l.choice.Mode }

// Product is the name of the product: "exchange".
func (l Listener) Product() string { return l.receiver.Product.Name }

// Setting is the name of the setting: "receive-domain-secure".
func (l Listener) Setting() string { return l.setting.Name }

// Option gives the value of an option, its default where it was not set.
func (l Listener) Option(name string) string { return l.choice.Option(name) }

// Offers reports whether STARTTLS is offered.
func (l Listener) Offers() bool { return true }

// Asks reports whether a client certificate is asked for.
func (l Listener) Asks() bool { return l.setting.Missing != nil }

// Lists reports whether the setting is about senders of a domain.
func (l Listener) Lists(domain string) bool {
	domains := l.Option("domains")
	return l.setting.Unlisted == nil || domain != "" && (domains == "sender" || slices.Contains(strings.Split(domains, ","), domain))
}

// Refusals are the words with which the listener may refuse.
func (l Listener) Refusals() []string {
	return []string{string(verify.StageHandshake), fmt.Sprint(l.setting.Refusal.Code)}
}

// Inverted gives the same listener with one rule turned round; see
// [Policy.Inverted].
func (l Listener) Inverted(ruleID string) verify.Listener {
	l.inverted = ruleID
	return l
}

// Receive follows the sender as far as the listener lets it come.
func (l Listener) Receive(a verify.Arrival) (verify.Reception, []verify.Need) {
	a.Evidence.Domain = a.Domain
	g, s := judge.NewGate(l.Mode(), a, l.inverted), &l.setting
	refuse := func(said verify.Saying) (verify.Reception, []verify.Need) {
		if g.Decide(s.Refusal.Rule); !g.Holds(s.Refusal.Rule, true) {
			return g.Refuse(554, verify.Saying{}), nil
		}
		return g.Refuse(s.Refusal.Code, said), nil
	}
	// The domain is not known before MAIL.
	if a.Broken && !g.Check(l.receiver.Handshake, "handshake", false, "TLS did not come about") {
		return g.Refuse(0, verify.Saying{}), nil
	}
	if !l.Lists(a.Domain) {
		g.Note(s.Unlisted, "sender's domain", verify.Skipped, "not on the list")
		if g.Decide(s.Unlisted); g.Holds(s.Unlisted, true) {
			return g.Accept(), nil
		}
	}
	switch {
	case !g.Check(s.TLS, "TLS", a.TLS, "not used"):
		return refuse(s.Refusal.NoTLS)
	case !a.TLS || !l.Asks():
		g.Decide(s.TLS)
		return g.Accept(), nil
	case len(a.Chain) == 0:
		if !g.Check(s.Missing, "client certificate", false, "none was shown") {
			return refuse(verify.Saying{})
		}
		return g.Accept(), nil
	}
	j := &judgement{Host: g.Host, Policy: Policy{setting: Setting{Check: Names, Path: s.Path, Identity: s.Identity}, inverted: l.inverted}, client: true}
	reason, needs := j.proved(&verify.Session{TLS: &verify.TLS{Chain: a.Chain}})
	if g.Host = j.Host; needs != nil {
		return verify.Reception{Mode: l.Mode()}, needs
	}
	if reason == "" {
		return g.Accept(), nil
	}
	if g.Decide(s.Bad); !g.Holds(s.Bad, true) {
		return g.Accept(), nil
	}
	if reason == verify.CertificateHostMismatch {
		return refuse(s.Refusal.NoName)
	}
	return refuse(verify.Saying{})
}

// proved checks a certificate's path and names, and gives the reason for which
// it does not hold.
func (j *judgement) proved(s *verify.Session) (verify.Reason, []verify.Need) {
	p, reason, _, needs := j.checkPath(s)
	switch {
	case needs != nil:
		return "", needs
	case reason != "":
		return reason, nil
	}
	matched := j.identify(p.Leaf)
	j.rests(p.passed)
	if !matched {
		return verify.CertificateHostMismatch, nil
	}
	return "", nil
}
