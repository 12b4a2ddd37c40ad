package report_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/world"
)

// Advice to a sender with a portal does not say how to get the mail through in
// clear text.
func TestAdviceWithAPortal(t *testing.T) {
	t.Parallel()
	list, err := scenarios.Find("portal/listener-tls-off/tls-off")
	require.NoError(t, err)
	w := world.Start(t, list[0])
	r, err := w.Run(t.Context(), scenarios.Modes()[:2])
	require.NoError(t, err)
	assert.Equal(t, "sender's end: this setting never uses TLS, so that all mail goes to the portal; no other setting would verify the host",
		report.Advice(r.Assessment, r.Assessment.Modes[0]))
	assert.Equal(t, "recipient's end: let esa.example.com offer STARTTLS; until then the sender's portal has the mail",
		report.Advice(r.Assessment, r.Assessment.Modes[1]))
}

// An address in an MX record has no A record that could be published.
func TestAdviceOnAnAddressInAnMXRecord(t *testing.T) {
	t.Parallel()
	list, err := scenarios.Find("dns/mx-to-address")
	require.NoError(t, err)
	w := world.Start(t, list[0])
	r, err := w.Run(t.Context(), scenarios.Modes()[:1])
	require.NoError(t, err)
	assert.Equal(t, "recipient's end: the MX record holds the address 192.0.2.1; name a host there that has an A record with it",
		report.Advice(r.Assessment, r.Assessment.Modes[0]))
}
