package connector_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/pki"
	"mxlab/scenarios"
	"mxlab/verify"
)

var (
	now  = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	host = netip.MustParseAddrPort("192.0.2.1:25")
)

// A world is the host mx.host.example of example.com, and what its session
// shows.
type world struct {
	cert    string // a pki line; empty for a host without TLS
	known   bool   // the sender knows the certificate
	fault   verify.HopFault
	routes  []verify.Route
	session func(*verify.Session)
}

// judge gathers for a policy what it asks for, from the world, and judges.
func (w world) judge(t *testing.T, p verify.Policy) verify.Verdict {
	t.Helper()
	lab := pki.NewLab(now)
	session := &verify.Session{Greeting: verify.Reply{Code: 220}}
	known := [][]byte{{1}, nil}
	if w.cert != "" {
		spec, err := pki.ParseLine(w.cert)
		require.NoError(t, err)
		require.NoError(t, lab.Add("host", spec))
		cert, err := lab.Issue("host")
		require.NoError(t, err)
		session.Offered, session.STARTTLS = true, verify.Reply{Code: 220}
		session.TLS = &verify.TLS{Version: 0x0303, Chain: cert.Sent}
		if w.known {
			known = append(known, cert.Sent[0])
		}
	}
	if w.session != nil {
		w.session(session)
	}
	hop := verify.Hop{Host: "mx.host.example", Addr: host, Fault: w.fault}
	ev := verify.Evidence{Domain: "example.com", Now: now, Routes: w.routes, Anchors: lab.Roots(), Known: known,
		Lookups: map[verify.Question]verify.Answer{}, Sessions: map[verify.SessionKey]*verify.Session{}}
	ev = ev.At(hop)
	for range 10 {
		v, needs := p.Judge(ev)
		if len(needs) == 0 {
			return v
		}
		for _, n := range needs {
			require.True(t, n.Session.Addr.IsValid(), "the judge asks for %v, which this case does not foresee", n)
			s := *session
			if !n.Session.Hello.TLS {
				s.TLS, s.STARTTLS = nil, verify.Reply{}
				if s.Stop != nil && s.Stop.Stage == verify.StageHandshake {
					s.Stop = nil
				}
			}
			ev.Sessions[n.Session] = &s
		}
	}
	t.Fatal("the judge asks on and on")
	panic("unreachable")
}

// mode makes a policy of its name.
func mode(t *testing.T, name string) verify.Policy {
	t.Helper()
	p, err := scenarios.ParseMode(name)
	require.NoError(t, err)
	return p
}

// modes gives those of both products, each so that it takes some certificate.
func modes(t *testing.T) (all []verify.Policy) {
	t.Helper()
	for _, p := range scenarios.Modes() {
		if p.Mode() == "exo/domain-validation" {
			p = mode(t, p.Mode()+" tls-domain=example.com")
		}
		if p.Mode() == "exchange/direct-trust" {
			continue // which takes only what it knows
		}
		if strings.HasPrefix(p.Mode(), "exchange/") || strings.HasPrefix(p.Mode(), "exo/") {
			all = append(all, p)
		}
	}
	assert.NotEmpty(t, all)
	return all
}

func handshake(cause verify.Cause) func(*verify.Session) {
	return func(s *verify.Session) {
		s.TLS = nil
		s.Stop = &verify.Stop{Stage: verify.StageHandshake, Cause: cause}
	}
}

func starttls(code int) func(*verify.Session) {
	return func(s *verify.Session) { s.Offered, s.STARTTLS = true, verify.Reply{Code: code} }
}

// known reports whether there is such a mode.
func known(name string) bool {
	_, err := scenarios.ParseMode(name)
	return err == nil
}
