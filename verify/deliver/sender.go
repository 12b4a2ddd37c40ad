package deliver

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/netip"
	"time"

	"mxlab/verify"
	"mxlab/verify/connector"
	"mxlab/verify/esa"
	"mxlab/verify/mta"
	"mxlab/verify/probe"
)

// A Sender is one mail server of the sending side.
type Sender struct {
	Client   *probe.Client         // its network, resolver, clock and EHLO name
	Anchors  []*x509.Certificate   // the authorities that it trusts
	Known    [][]byte              // the certificates that it knows beforehand, in DER
	Paths    *verify.Paths         // remembers paths to the anchors; may be nil
	Web      *Web                  // what it has fetched; nil to begin anew with each call of Deliver or Queue
	Routes   []verify.Route        // its SMTP routes for the recipient's domain
	Versions verify.Versions       // its TLS versions, where they are not the mode's
	Portal   bool                  // it has a secure portal for what TLS prevents
	Wait     func(until time.Time) // lets the time until a later queue run pass; only Queue needs it

	known map[verify.Question]verify.Answer // in one delivery
	age   time.Duration                     // of the message
}

// A Message is one message to one recipient.
type Message struct {
	From string // the envelope sender; empty for the null reverse-path
	To   string // the envelope recipient; its domain decides where the message goes
	Body []byte // header and body with CRLF line ends; dots are stuffed on the wire
}

// tactics are what a product does with one host. The message is sent in it, if
// it is sent at all.
type tactics interface {
	try(ctx context.Context, s *Sender, msg Message, domain string, hop verify.Hop) attempt
	// diverts tells whether a message that TLS kept from every host goes to the
	// sender's portal, if there is one; else it stays queued.
	diverts() bool
	// again says how long a message waits for its next queue run, of which some
	// have failed, the last of them for a reason, and whether there is one.
	again(failed int, age time.Duration, why verify.Reason) (wait time.Duration, again bool)
}

// A router is tactics that do not try all hosts one after the other.
type router interface {
	// route gives the hops that the product tries, in its order.
	route(hops []verify.Hop) []verify.Hop
	// enough tells whether the product tries no more hosts, after so many addresses
	// of which some were asked to take the message.
	enough(addresses, asked int) bool
}

// A hostwise product goes from host to host, not from address to address: one that
// took the connection is tried at no other address.
type hostwise interface {
	hostwise()
}

// With a product whose last host decides, one that greets with 5xx bounces the
// message, also where an earlier host may take it later.
type lastDecides interface {
	lastDecides()
}

// An attempt is what came of one host. Its words are those of a claim.
type attempt struct {
	outcome verify.Outcome
	reason  verify.Reason
	detail  verify.Detail
	match   string
	next    bool // go on to the next host
	spoke   bool // the host took the connection
	asked   bool // to take the message: MAIL was said
}

// Deliver makes the first queue run of a message to domain, the domain of
// msg.To in A-labels, under a mode. The Delivery has no certainty: it happened.
// An error means that the mode cannot be delivered under, or that ctx ended;
// everything a host or the DNS may do is a Delivery.
func (s *Sender) Deliver(ctx context.Context, mode verify.Policy, domain string, msg Message) (verify.Delivery, error) {
	t, err := tacticsOf(mode)
	if err != nil {
		return verify.Delivery{}, err
	}
	return s.equipped().run(ctx, t, mode, domain, msg, 0)
}

// equipped gives the sender with a Web.
func (s *Sender) equipped() *Sender {
	if s.Web != nil {
		return s
	}
	equipped := *s
	equipped.Web = new(Web)
	return &equipped
}

// tacticsOf knows the products that can be sent as.
func tacticsOf(mode verify.Policy) (tactics, error) {
	switch p := mode.(type) {
	case esa.Policy:
		return newESA(p), nil
	case connector.Policy:
		return newExchange(p), nil
	case mta.Policy:
		switch p.Product() {
		case "postfix":
			return newPostfix(p), nil
		case "exim":
			return newExim(p), nil
		case "opensmtpd":
			return newOpenSMTPD(p), nil
		case "sendmail":
			return newSendmail(p), nil
		}
	}
	return nil, fmt.Errorf("deliver under %s: no sender of this product is known", mode.Mode())
}

// run makes one queue run of a message of an age.
func (s *Sender) run(ctx context.Context, t tactics, mode verify.Policy, domain string, msg Message, age time.Duration) (verify.Delivery, error) {
	run := *s
	run.known, run.age = map[verify.Question]verify.Answer{}, age
	s = &run
	result := verify.Delivery{Mode: mode.Mode(), Outcome: verify.Deferred}
	permanent := true
	hops, addresses, asked := s.hops(ctx, domain), 0, 0
	r, routed := t.(router)
	if routed {
		hops = r.route(hops)
	}
	_, byHost := t.(hostwise)
	_, byLast := t.(lastDecides)
	var spoken verify.Hop
	for _, hop := range hops {
		if ctx.Err() != nil || routed && r.enough(addresses, asked) {
			break
		}
		if byHost && spoken.Addr.IsValid() && hop.Host == spoken.Host && hop.Preference == spoken.Preference {
			continue
		}
		a := t.try(ctx, s, msg, domain, hop)
		result.Tried++
		if hop.Addr.IsValid() {
			addresses++
		}
		if a.spoke {
			spoken = hop
		}
		if a.asked {
			asked++
		}
		firm := byLast && a.reason == verify.GreetingRefused
		if a.next && a.outcome == verify.Bounced && !permanent && !firm {
			continue // this host never takes it, but an earlier one may later
		}
		permanent = permanent && a.outcome == verify.Bounced
		result.Outcome, result.Reason, result.Detail, result.Match, result.Via = a.outcome, a.reason, a.detail, a.match, hop.Host
		if !a.next {
			break
		}
	}
	if err := ctx.Err(); err != nil {
		return verify.Delivery{}, fmt.Errorf("deliver under %s: %w", mode.Mode(), err)
	}
	if s.Portal && result.Outcome == verify.Deferred && result.Reason.TLS() && t.diverts() {
		result.Outcome = verify.Diverted
	}
	return result, nil
}

// hops asks the DNS where the message may go. Each answer may raise new
// questions; a circle cannot, because no question is asked twice.
func (s *Sender) hops(ctx context.Context, domain string) []verify.Hop {
	known := verify.Evidence{Domain: domain, Routes: s.Routes, Lookups: s.known}
	for {
		hops, needs := known.NextHops()
		if len(needs) == 0 || ctx.Err() != nil {
			return hops
		}
		for _, n := range needs {
			s.lookup(ctx, n.Question)
		}
	}
}

// lookup asks each question once in a delivery, however long that takes: RFC
// 1035 section 3.2.1 lets even an answer with a TTL of 0 be used for the
// transaction in progress.
func (s *Sender) lookup(ctx context.Context, q verify.Question) verify.Answer {
	a, asked := s.known[q]
	if !asked {
		a = s.Client.Lookup(ctx, q)
		s.known[q] = a
	}
	return a
}

// addresses gives the addresses of a name in the family of like.
func (s *Sender) addresses(ctx context.Context, name string, like netip.Addr) []netip.Addr {
	return s.lookup(ctx, verify.Question{Name: name, Type: verify.AddressType(like)}).Addrs
}
