package world_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// TestListenerInversion: whichever rule of a listener is turned round, the
// catalogue notices, as it does of the senders' in TestInversion: what was judged
// is no longer what the host did, and a claim breaks.
func TestListenerInversion(t *testing.T) {
	t.Parallel()
	var n notices
	collected := t.Run("scenarios", func(t *testing.T) {
		for _, s := range catalogue(t) {
			if len(s.Receive) == 0 {
				continue
			}
			t.Run(s.Name, func(t *testing.T) {
				t.Parallel()
				collectReceived(t, s, &n)
			})
		}
	})
	if !collected {
		return // it would only seem that nothing notices
	}
	base := map[string]bool{}
	for _, l := range scenarios.Listeners() {
		base[l.Mode()] = true
	}
	for _, rule := range listenerRules() {
		t.Run(rule.ID, func(t *testing.T) {
			seen, claimed, disagreed := false, false, false
			for at := range n.seen {
				if at.rule == rule.ID {
					seen, claimed, disagreed = true, claimed || n.claimed[at], disagreed || n.disagreed[at]
					assert.True(t, n.disagreed[at] || !base[at.mode], "the rule decides under %s, for example in %s, but nothing disagrees when it is turned round", at.mode, n.seen[at])
				}
			}
			assert.True(t, disagreed, "nothing disagrees when this rule is turned round: %q", rule.Text)
			assert.True(t, seen, "nothing in the catalogue rests on this rule: %q; a scenario is missing, or the rule is dead", rule.Text)
			assert.True(t, claimed, "no claim breaks when this rule is turned round: %q", rule.Text)
		})
	}
}

func listenerRules() (all []*verify.Rule) {
	for _, r := range scenarios.Receivers() {
		all = append(all, r.Rules...)
	}
	return all
}

// collectReceived lets the sender of a scenario come once, and holds that against
// the judgement with one rule after the other turned round.
func collectReceived(t *testing.T, s *scenarios.Scenario, n *notices) {
	w := world.Start(t, s)
	r, err := w.Run(t.Context(), nil)
	require.NoError(t, err)
	for _, got := range r.Received {
		require.Empty(t, got.Disagreement(), "%s, before a rule is turned round", got.Mode)
		for _, rule := range listenerRules() {
			if !slices.Contains(got.Decided, rule) {
				continue
			}
			turned, err := w.Received(t.Context(), got, got.Listener.(interface {
				Inverted(ruleID string) verify.Listener
			}).Inverted(rule.ID))
			require.NoError(t, err)
			n.note(place{rule.ID, got.Mode}, s.Name, turned.Disagreement() != "", len(turned.Broken()) > 0)
		}
	}
}

// A receiver's claims may be made in every kind of world, whatever addresses the
// sender has, and beside hosts that count.
func TestReceiveAnywhere(t *testing.T) {
	t.Parallel()
	const text = `title: t
domain: example.com
zone: |
  example.com.      300 IN MX 10 mx1.example.com.
  mx1.example.com.  300 IN AAAA 2001:db8::1
certs:
  listener: SAN=mx1.example.com
hosts:
  2001:db8::1:
    attempts:
      - listener, rcpt=451
      - listener
sender:
  address: 2001:db8::25
  on-tls-failure: portal
  recipient: permerror
receive:
  esa/listener-off: accepted
  esa/listener-required: accepted
  esa/listener-required verify-client=yes: refused handshake
`
	s, err := scenarios.Parse("t.yaml", "t", []byte(text))
	require.NoError(t, err)
	for name, options := range map[string][]world.Option{"sockets": nil, "memory": {world.InMemory()}} {
		w := world.Start(t, s, options...)
		var wait sync.WaitGroup
		for range 2 { // a world may be asked by several at a time
			wait.Go(func() {
				r, err := w.Run(t.Context(), nil)
				if assert.NoError(t, err, name) && assert.Len(t, r.Received, 3, name) {
					for _, got := range r.Received {
						assert.Empty(t, got.Disagreement(), "%s: %s", name, got.Mode)
						assert.Empty(t, got.Broken(), "%s: %s", name, got.Mode)
					}
				}
			})
		}
		wait.Wait()
		assert.Empty(t, w.Messages(), "%s: what listeners took is no message to the scenario's hosts", name)
	}
}

// An account that differs from the others is told.
func TestReceivedDisagreement(t *testing.T) {
	t.Parallel()
	accepted := world.Received{Reception: verify.Reception{Accepted: true}, Arrival: verify.Arrival{TLS: true},
		Made: verify.Delivery{Outcome: verify.Encrypted}, Took: []bool{true}}
	refused := world.Received{Reception: verify.Reception{Code: 530}, Made: verify.Delivery{Outcome: verify.Bounced, Reason: verify.SMTPRefused}, Refusal: "530"}
	handshake := world.Received{Made: verify.Delivery{Outcome: verify.Deferred, Reason: verify.ValidationFailure}, Refusal: "handshake"}
	for name, r := range map[string]world.Received{"accepted": accepted, "refused": refused, "handshake": handshake} {
		assert.Empty(t, r.Disagreement(), name)
	}
	for name, change := range map[string]func(*world.Received){
		"not sent":            func(r *world.Received) { r.Made.Outcome = verify.Deferred },
		"not taken":           func(r *world.Received) { r.Took = nil },
		"taken twice":         func(r *world.Received) { r.Took = []bool{true, true} },
		"taken in clear text": func(r *world.Received) { r.Took = []bool{false} },
		"sent in clear text":  func(r *world.Received) { r.Made.Outcome = verify.Cleartext },
		"came in clear text":  func(r *world.Received) { r.Arrival.TLS = false },
		"another certificate": func(r *world.Received) { r.Shown = [][]byte{{1}} },
		"judged refused":      func(r *world.Received) { r.Reception = refused.Reception },
	} {
		r := accepted
		change(&r)
		assert.NotEmpty(t, r.Disagreement(), name)
	}
	for name, change := range map[string]func(*world.Received){
		"by another code":  func(r *world.Received) { r.Refusal = "550" },
		"by the handshake": func(r *world.Received) { r.Refusal = "handshake" },
		"deferred":         func(r *world.Received) { r.Made.Outcome = verify.Deferred },
		"for TLS":          func(r *world.Received) { r.Made.Reason = verify.STARTTLSNotSupported },
		"taken":            func(r *world.Received) { r.Took = []bool{false} },
		"judged accepted":  func(r *world.Received) { r.Reception = accepted.Reception },
		"sent":             func(r *world.Received) { r.Made.Outcome = verify.Encrypted },
	} {
		r := refused
		change(&r)
		assert.NotEmpty(t, r.Disagreement(), name)
	}
}
