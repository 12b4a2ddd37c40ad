package world

import (
	"cmp"
	"crypto/x509"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"mxlab/fakemx"
	"mxlab/pki"
	"mxlab/scenarios"
	"mxlab/verify"
	"mxlab/verify/deliver"
	"mxlab/verify/probe"
)

// What a sender is called unless the scenario says otherwise.
const (
	senderName   = "mail.sender.example"
	senderDomain = "sender.example"
	mailbox      = "sender"
	recipient    = "recipient"
)

// equip gives the senders of the world what the scenario says that they have:
// the authorities that they trust, the certificates that they know, and one of
// their own.
func (w *World) equip() (err error) {
	told := w.Scenario.Sender
	w.roots = sync.OnceValue(w.lab.Roots)
	if told.Trust != nil {
		trusted, err := w.lab.RootsOf(told.Trust)
		if err != nil {
			return err
		}
		w.roots = func() []*x509.Certificate { return trusted }
	}
	for _, label := range told.Knows {
		made, err := w.lab.Issue(label)
		if err != nil {
			return err
		}
		w.known = append(w.known, made.Sent[0])
	}
	if told.Cert == "" {
		return nil
	}
	made, err := w.lab.Issue(told.Cert)
	if err != nil {
		return err
	}
	cert := made.TLS()
	w.shown, w.own = &cert, made
	return nil
}

// SenderCertificate is what the scenario's sender shows to a host that asks for
// it; nil if it has none.
func (w *World) SenderCertificate() *pki.Certificate { return w.own }

// versions are the TLS versions of the senders.
func (w *World) versions() verify.Versions {
	return verify.Versions{Min: w.Scenario.Sender.MinTLS, Max: w.Scenario.Sender.MaxTLS}
}

// reaches reports whether senders have an address of the family of another.
func (w *World) reaches(to netip.Addr) bool {
	own := w.Scenario.Sender.Addrs
	return len(own) == 0 || slices.ContainsFunc(own, func(a netip.Addr) bool { return a.Is4() == to.Is4() })
}

// client speaks SMTP as a sender.
func (s *Sender) client() *probe.Client {
	told := s.world.Scenario.Sender
	return &probe.Client{Dial: s.DialContext, Resolver: s.world.Resolver(), Now: s.Now, Cert: s.world.shown, Proxy: told.Proxy,
		Name: cmp.Or(told.EHLO, senderName), From: s.world.from(), To: cmp.Or(told.Recipient, recipient)}
}

// mailer is the mail server of a sender.
func (w *World) mailer(s *Sender) deliver.Sender {
	return deliver.Sender{Client: s.client(), Anchors: w.Roots(), Known: w.known, Paths: &w.paths, Routes: w.Scenario.Routes, Versions: w.versions(),
		Portal: w.Scenario.Sender.Portal, Wait: s.WaitUntil}
}

// message is what is sent under a mode.
func (w *World) message(p verify.Policy) deliver.Message {
	from, to := w.from(), cmp.Or(w.Scenario.Sender.Recipient, recipient)+"@"+w.Scenario.Domain
	return deliver.Message{From: from, To: to, Body: []byte(strings.Join([]string{
		"From: <" + from + ">", "To: <" + to + ">", "Subject: " + p.Mode(), "", w.Scenario.Title, ""}, "\r\n"))}
}

// trial is the message with which a probe goes on behind RCPT; nil where what a
// host does up to RCPT tells all.
func (w *World) trial() []byte {
	if !slices.ContainsFunc(w.Scenario.Hosts, behindRcpt) {
		return nil
	}
	return []byte("Subject: probe\r\n\r\n" + w.Scenario.Title + "\r\n")
}

// behindRcpt reports whether a host may take the recipient and not the message.
func behindRcpt(h scenarios.Host) bool {
	if h.Script != "" {
		// It was read with the scenario, and again when the world was started.
		if script, err := fakemx.ParseScript(h.Script); err == nil && script.AnswersData() {
			return true
		}
	}
	return slices.ContainsFunc(h.Lines(), fakemx.Host.BehindRcpt)
}

func (w *World) from() string { return mailbox + "@" + cmp.Or(w.Scenario.Sender.Domain, senderDomain) }
