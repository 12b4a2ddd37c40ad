package check_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/check"
	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/finding"
	"mxlab/verify/probe"
)

func start(t *testing.T, name string) *world.World {
	t.Helper()
	list, err := scenarios.Find(name)
	require.NoError(t, err)
	return world.Start(t, list[0])
}

// counted makes a client of a world that tells how many connections to hosts it
// has open at a time, at most.
func counted(t *testing.T, w *world.World) (*probe.Client, *most) {
	t.Helper()
	s, m := w.Sender(), &most{}
	return &probe.Client{Resolver: w.Resolver(), Now: s.Now, Name: "sender.example", Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := s.DialContext(ctx, network, address)
		if err != nil || address == w.Resolver() {
			return c, err
		}
		m.all++
		m.open++
		m.peak = max(m.peak, m.open)
		return &counter{Conn: c, of: m}, nil
	}}, m
}

type most struct{ open, peak, all int }

type counter struct {
	net.Conn
	of     *most
	closed bool
}

func (c *counter) Close() error {
	if !c.closed {
		c.closed = true
		c.of.open--
	}
	return c.Conn.Close()
}

// One session is held at a time, no message is sent, and both the findings and
// the modes come out of it.
func TestRun(t *testing.T) {
	t.Parallel()
	w := start(t, "hosted/ptr-not-mx")
	client, most := counted(t, w)
	ev := w.Evidence()
	modes, err := scenarios.MatchModes("esa")
	require.NoError(t, err)
	r, err := check.Tester{Client: client, Test: finding.Test{Injection: true}}.Run(t.Context(), &ev, modes)
	require.NoError(t, err)
	assert.True(t, r.Whole)
	assert.Equal(t, 1, most.peak, "sessions at a time")
	assert.Equal(t, 2*5, most.all, "sessions: two hosts, and five hellos")
	assert.Empty(t, w.Messages())
	assert.Len(t, r.Assessment.Modes, len(modes))
	require.Len(t, r.Hosts, 2)
	assert.Equal(t, "mx02.subd.emailhosted.not", r.Hosts[1].Hop.Host)
	require.Len(t, r.Findings, 2)
	assert.Equal(t, "certificate-name-mismatch", r.Findings[0].Kind.ID)
	averages := r.Averages()
	require.Len(t, averages, 8)
	assert.Equal(t, check.Average{Name: finding.CertOK}, averages[4], "no host proves its name")
	assert.Equal(t, 100, averages[7].Percent)
}

// When the time is over no further session begins, and what was found out is
// told.
func TestRunUntil(t *testing.T) {
	t.Parallel()
	w := start(t, "mx/all-silent")
	client, most := counted(t, w)
	ev := w.Evidence()
	r, err := check.Tester{Client: client, Until: client.Now().Add(time.Minute)}.Run(t.Context(), &ev, scenarios.Modes())
	require.ErrorIs(t, err, check.ErrTime)
	assert.False(t, r.Whole)
	assert.Equal(t, 1, most.all, "the first session took five minutes")
	assert.Empty(t, r.Assessment.Modes, "no mode is judged by half of the facts")
	assert.NotEmpty(t, r.Findings)
	require.NotEmpty(t, r.Hosts)
	assert.Equal(t, verify.Failed, r.Hosts[0].Stages[1].Result)
	assert.Equal(t, 5*time.Minute, r.Hosts[0].Stages[1].Took, "by the world's clock")
}

func TestRunIsCancelled(t *testing.T) {
	t.Parallel()
	w := start(t, "hosted/ptr-not-mx")
	client, _ := counted(t, w)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ev := w.Evidence()
	r, err := check.Tester{Client: client}.Run(ctx, &ev, scenarios.Modes())
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, r.Whole)
}

// A client with a message would send it.
func TestRunRefusesAMessage(t *testing.T) {
	t.Parallel()
	client, most := counted(t, start(t, "hosted/ptr-not-mx"))
	client.Message = []byte("x")
	_, err := check.Tester{Client: client}.Run(t.Context(), &verify.Evidence{Domain: "example.com"}, nil)
	require.Error(t, err)
	assert.Zero(t, most.all)
}
