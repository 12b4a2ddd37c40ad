package deliver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"strings"
	"time"

	"mxlab/verify"
	"mxlab/verify/connector"
	"mxlab/verify/judge"
	"mxlab/verify/pkix"
	"mxlab/verify/probe"
)

// exchangeTactics sends as a connector of Exchange Server does, or of Exchange
// Online. Sources: Set-SendConnector and Set-OutboundConnector for the
// settings, KB 3027536 for a handshake that fails.
type exchangeTactics struct {
	online  bool
	setting string
	hello   verify.Hello
	option  func(string) string
	library pkix.Rules // what Schannel minds in a path
}

func newExchange(p connector.Policy) tactics {
	return exchangeTactics{online: p.Product() == "exo", setting: p.Setting(), hello: p.Hello(), option: p.Option, library: pkix.Schannel()}
}

// needsTLS is RequireTLS; Exchange Online has it with any TlsSettings.
func (t exchangeTactics) needsTLS() bool {
	return t.setting != "opportunistic" && t.setting != "ignore-starttls"
}

// diverts: a gateway with a portal takes whatever TLS kept from every host.
func (t exchangeTactics) diverts() bool { return true }

func (t exchangeTactics) try(ctx context.Context, s *Sender, msg Message, domain string, hop verify.Hop) attempt {
	if hop.Fault != "" {
		return unroutable(hop)
	}
	d, stop := s.open(ctx, hop)
	if d != nil {
		defer d.Close()
	}
	if stop != nil {
		return lost(stop)
	}
	if t.setting == "ignore-starttls" {
		return s.inClear(d, msg, "", "")
	}
	if !d.Offers(t.hello.Command()) {
		return t.withoutTLS(d, s, msg, verify.NotOffered)
	}
	reply, stop := d.StartTLS(ctx, t.hello)
	switch {
	case stop != nil && stop.Cause != verify.ReplyRefused:
		return lost(stop)
	case reply.Code != 220:
		return t.withoutTLS(d, s, msg, verify.Refused)
	}
	shown, stop := d.Handshake(ctx, s.Versions.Of(t.hello).To(hop.Host))
	if stop != nil {
		return t.brokenTLS(ctx, s, msg, hop, verify.Detail(stop.Cause))
	}
	if !schannelTakes(shown) {
		return t.brokenTLS(ctx, s, msg, hop, verify.Detail(verify.HandshakeFailed))
	}
	a := attempt{outcome: verify.Encrypted}
	if t.setting == "direct-trust" {
		leaf, ok := s.directlyTrusts(shown)
		if !ok {
			d.Quit()
			return left(verify.CertificateNotTrusted, verify.NotKnown)
		}
		a.outcome, a.match = verify.Verified, strings.TrimSpace("certificate "+judge.NameOf(leaf))
	}
	if t.validates() {
		if a.reason, a.detail, a.match = t.validate(ctx, s, shown, domain); a.reason != "" {
			d.Quit()
			return left(a.reason, a.detail)
		}
		// A valid chain alone authenticates nobody.
		if a.match != "" {
			a.outcome = verify.Verified
		}
	}
	// RFC 3207 section 4.2: what the host said before TLS is forgotten.
	if stop := d.Hello(s.Client.Name); stop != nil {
		return lost(stop)
	}
	return send(d, msg, a)
}

// directlyTrusts looks for the certificate in the directory, and at nothing else.
func (s *Sender) directlyTrusts(shown *verify.TLS) (*x509.Certificate, bool) {
	leaf, err := x509.ParseCertificate(shown.Chain[0])
	if err != nil {
		return nil, false
	}
	for _, der := range s.Known {
		if string(der) == string(leaf.Raw) {
			return leaf, true
		}
	}
	return nil, false
}

// schannelTakes reports whether Schannel goes on with a handshake: it ends one
// with a Certificate message over its MessageLimitClient, with a weak hash (KB
// 3027536), or with a kind of key that it does not know.
func schannelTakes(shown *verify.TLS) bool {
	if shown.ChainOctets() > 32<<10 || shown.Version >= tls.VersionTLS12 && connector.WeakHash(shown.Chain) {
		return false
	}
	leaf, err := x509.ParseCertificate(shown.Chain[0])
	return err != nil || leaf.PublicKeyAlgorithm != x509.Ed25519
}

// withoutTLS goes on without TLS on the same connection, if the connector may.
func (t exchangeTactics) withoutTLS(d *probe.Dialogue, s *Sender, msg Message, detail verify.Detail) attempt {
	if t.needsTLS() || detail == verify.Refused && t.option("refused-starttls") == "defer" {
		d.Quit()
		return left(verify.STARTTLSNotSupported, detail)
	}
	return s.inClear(d, msg, verify.STARTTLSNotSupported, detail)
}

// brokenTLS is the end of the connection; only by an option is there another
// one in clear text.
func (t exchangeTactics) brokenTLS(ctx context.Context, s *Sender, msg Message, hop verify.Hop, detail verify.Detail) attempt {
	if t.option("after220") != "clear" {
		return left(verify.ValidationFailure, detail)
	}
	if s.Portal {
		return diverted(verify.ValidationFailure, detail)
	}
	d, stop := s.open(ctx, hop)
	if d != nil {
		defer d.Close()
	}
	if stop != nil {
		return lost(stop)
	}
	return s.inClear(d, msg, verify.ValidationFailure, detail)
}

// again is how a Mailbox server tries again: a message that a host refused for
// now after the MessageRetryInterval; else after the queue glitch, transient
// failure and outbound connection failure intervals. A message expires after two
// days. Exchange Online waits twice for 15 minutes, then for an hour, and gives
// up after a day.
func (t exchangeTactics) again(failed int, age time.Duration, why verify.Reason) (wait time.Duration, again bool) {
	if t.online {
		if wait = time.Hour; failed <= 2 {
			wait = 15 * time.Minute
		}
		return wait, age+wait <= 24*time.Hour
	}
	waits := slices.Concat(slices.Repeat([]time.Duration{time.Minute}, 4), slices.Repeat([]time.Duration{5 * time.Minute}, 6))
	switch {
	case why == verify.SMTPRefused && t.option("retry") == "5m":
		wait = 5 * time.Minute
	case why == verify.SMTPRefused:
		wait = 15 * time.Minute
	case failed <= len(waits):
		wait = waits[failed-1]
	default:
		wait = 10 * time.Minute
	}
	return wait, age+wait <= 2*24*time.Hour
}
