package world

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"mxlab/fakemx"
	"mxlab/pki"
	"mxlab/scenarios"
	"mxlab/verify"
	"mxlab/verify/connector"
	"mxlab/verify/esa"
)

// listenerCert is the line of the certificate that listeners show: one of their
// own, as appliances and servers come with. The sender does not look at it.
const listenerCert = "CN=listener.example self-signed"

// plays gives the words of a host line by which a fake does as a listener does,
// for a sender from a domain.
func plays(l verify.Listener, domain string) ([]fakemx.Fault, error) {
	var words []fakemx.Fault
	switch l := l.(type) {
	case esa.Listener:
		if l.Setting() == "listener-off" {
			return []fakemx.Fault{fakemx.NoSTARTTLS}, nil
		}
		if l.Setting() == "listener-required" {
			words = append(words, fakemx.RequireSTARTTLS(530))
		} else if strings.Contains(","+l.Option("mandatory-for")+",", ","+domain+",") {
			words = append(words, fakemx.RejectClear(530))
		}
		if l.Option("verify-client") == "yes" {
			if l.Option("without-certificate") == "taken" {
				return append(words, fakemx.ClientCertVerifiedIfGiven), nil
			}
			words = append(words, fakemx.ClientCertVerified)
		}
		return words, nil
	case connector.Listener:
		switch {
		case !l.Asks():
			return []fakemx.Fault{fakemx.RequireSTARTTLS(451)}, nil
		case l.Lists(domain):
			return []fakemx.Fault{fakemx.RejectUnproven(530)}, nil
		}
		return looks(l), nil
	}
	return nil, fmt.Errorf("play %s: no host does as this listener does", l.Mode())
}

// proves gives what tells a host whether a client's certificates prove the domain
// of a sender, where the listener is more particular than crypto/x509; else nil.
func (w *World) proves(l verify.Listener) func(chain [][]byte, domain string) bool {
	connector, ok := l.(connector.Listener)
	if !ok {
		return nil
	}
	return func(chain [][]byte, domain string) bool {
		receiver := w.mailer(w.Sender())
		receiver.Anchors, receiver.Client.Proxy = w.lab.Roots(), "" // those of the receiver
		return receiver.Proves(context.Background(), chain, strings.ToLower(domain), connector.Option)
	}
}

// looks gives the words of a host that offers and asks what a listener does, and
// takes everybody.
func looks(l verify.Listener) []fakemx.Fault {
	switch {
	case !l.Offers():
		return []fakemx.Fault{fakemx.NoSTARTTLS}
	case l.Asks():
		return []fakemx.Fault{fakemx.ClientCertRequested}
	}
	return nil
}

// listen makes a host of its own, at an address that nothing of the scenario has.
func (w *World) listen(words []fakemx.Fault, proves func([][]byte, string) bool) (*host, error) {
	if err := w.certifyListeners(); err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	addr := netip.MustParseAddr("203.0.113.1")
	if !w.reaches(addr) {
		addr = netip.MustParseAddr("2001:db8:ffff::1")
	}
	for w.hosts[addr] != nil || w.listeners[addr] != nil {
		addr = addr.Next()
	}
	h := &host{world: w, proves: proves, told: scenarios.Host{Addr: addr, Host: fakemx.Host{Cert: w.listener, Faults: words}}}
	if w.listeners == nil {
		w.listeners = map[netip.Addr]*host{}
	}
	w.listeners[addr] = h
	return h, nil
}

// certifyListeners enters the line of the certificate that listeners show, under
// a label that the scenario does not have.
func (w *World) certifyListeners() error {
	if w.listener != "" {
		return nil
	}
	label := "listener"
	for w.certs[label] {
		label += "-"
	}
	spec, err := pki.ParseLine(listenerCert)
	if err == nil {
		err = w.lab.Add(label, spec)
	}
	if err != nil {
		return fmt.Errorf("make the certificate of listeners: %w", err)
	}
	w.listener = label
	return nil
}

// at finds the host of an address.
func (w *World) at(addr netip.Addr) *host {
	if h := w.hosts[addr]; h != nil {
		return h
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.listeners[addr]
}
