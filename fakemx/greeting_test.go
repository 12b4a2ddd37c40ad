package fakemx_test

import (
	"net/smtp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

// A host greets in the words of the software that it plays.
func TestGreetingAndHello(t *testing.T) {
	t.Parallel()
	s := &fakemx.Server{Hostname: "mx.example.com", Greeting: "server.example.com ESMTP Exim 4.98 #2\nWe do not authorize bulk mail.", Hello: "server.example.com Hello there"}
	require.NoError(t, s.Start())
	defer s.Close()
	c, err := smtp.Dial(s.Addr())
	require.NoError(t, err)
	require.NoError(t, c.Hello("client.example"))
	require.NoError(t, c.Quit())
	var got []string
	for _, l := range s.Sessions()[0].Transcript {
		got = append(got, l.Text)
	}
	assert.Contains(t, got, "220-server.example.com ESMTP Exim 4.98 #2")
	assert.Contains(t, got, "220 We do not authorize bulk mail.")
	assert.Contains(t, got, "250-server.example.com Hello there")
}

func TestGreetingThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, s := range []*fakemx.Server{{Greeting: "Gr\u00fc\u00dfe"}, {Hello: "one\ntwo"}} {
		assert.ErrorContains(t, s.Start(), "cannot stand in a greeting")
	}
}
