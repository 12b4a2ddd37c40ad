package deliver_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/internal/leaktest"
	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/deliver"
	"mxlab/verify/probe"
)

// That every delivery comes to what is judged is tested over the whole
// catalogue, in package scenarios. Here is what the judgement does not see.

func TestMain(m *testing.M) { leaktest.Main(m, "mxlab/", "go-smtp.", "crypto/tls.") }

func sender(t *testing.T, scenario string) (*world.World, deliver.Sender) {
	t.Helper()
	all, err := scenarios.Find(scenario)
	require.NoError(t, err)
	w := world.Start(t, all[0])
	s := w.Sender()
	return w, deliver.Sender{Anchors: w.Roots(), Routes: all[0].Routes,
		Client: &probe.Client{Dial: s.DialContext, Resolver: w.Resolver(), Now: s.Now, Name: "mail.sender.example"}}
}

func mode(t *testing.T, name string) verify.Policy {
	t.Helper()
	p, err := scenarios.ParseMode(name)
	require.NoError(t, err)
	return p
}

// TestMessage: what arrives is what was sent, lines that begin with dots
// included, from the null sender too.
func TestMessage(t *testing.T) {
	t.Parallel()
	body := "Subject: dots\r\n\r\n.\r\n..two\r\n.one\r\nend\r\n"
	for _, from := range []string{"", "sender@sender.example"} {
		w, s := sender(t, "hosted/recipient-domain-in-san")
		d, err := s.Deliver(t.Context(), mode(t, "esa/5"), w.Scenario.Domain, deliver.Message{From: from, To: "recipient@example.com", Body: []byte(body)})
		require.NoError(t, err)
		assert.Equal(t, verify.Verified, d.Outcome)
		arrived := w.Messages()
		require.Len(t, arrived, 1)
		assert.Equal(t, from, arrived[0].From)
		assert.Equal(t, []string{"recipient@example.com"}, arrived[0].To)
		assert.Equal(t, body, string(arrived[0].Data))
		require.NotNil(t, arrived[0].TLS)
		assert.Empty(t, arrived[0].TLS.ServerName, "the ESA sends no SNI")
	}
}

// TestQuit: a host that is left is told so, in the phase in which it is left.
func TestQuit(t *testing.T) {
	t.Parallel()
	for scenario, inTLS := range map[string]bool{"identity/wrong-host": true, "starttls/not-offered": false} {
		w, s := sender(t, scenario)
		_, err := s.Deliver(t.Context(), mode(t, "esa/6"), w.Scenario.Domain, deliver.Message{To: "recipient@example.com"})
		require.NoError(t, err)
		said := w.Records()[0].Sessions[0].Transcript
		var last string
		var tls bool
		for _, l := range said {
			if l.Client {
				last, tls = l.Text, l.TLS
			}
		}
		assert.Equal(t, "QUIT", last, scenario)
		assert.Equal(t, inTLS, tls, scenario)
		assert.Empty(t, w.Messages())
	}
}

// TestErrors: only our own trouble is an error.
func TestErrors(t *testing.T) {
	t.Parallel()
	w, s := sender(t, "hosted/recipient-domain-in-san")
	_, err := s.Deliver(t.Context(), stranger{}, w.Scenario.Domain, deliver.Message{})
	assert.EqualError(t, err, "deliver under nobody/nothing: no sender of this product is known")

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Deliver(ended, mode(t, "esa/5"), w.Scenario.Domain, deliver.Message{})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, w.Messages())
}

// A stranger is a policy of a product that nobody can send as.
type stranger struct{}

func (stranger) Mode() string                  { return "nobody/nothing" }
func (stranger) Hello() verify.Hello           { return verify.Hello{} }
func (stranger) Routing() (r verify.Routing)   { return r }
func (stranger) Schedule() (s verify.Schedule) { return s }
func (stranger) Judge(verify.Evidence) (verify.Verdict, []verify.Need) {
	return verify.Verdict{}, nil
}
