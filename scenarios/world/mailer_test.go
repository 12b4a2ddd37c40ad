package world_test

import (
	"crypto/tls"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// sending is an incident whose sender a test changes.
const sending = `
zone: |
  example.com.      300 IN MX 10 mx1.example.com.
  mx1.example.com.  300 IN A  192.0.2.1
certs:
  own: ca self-signed CN="Own Root"
  mx: SAN=example.com issuer=own
  me: SAN=mail.branch.example
hosts:
  192.0.2.1: mx, client-cert=requested
`

// TestSender: what the scenario gives its sender is what hosts see of it, and
// what judge and delivery go by.
func TestSender(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		sender scenarios.Sender
		words  string // under esa/required-verify
	}{
		"as the world has it":        {scenarios.Sender{}, "deferred certificate-not-trusted missing-intermediate via mx1.example.com"},
		"with trust":                 {scenarios.Sender{Trust: []string{"own"}}, "verified domain example.com via mx1.example.com"},
		"without a family":           {scenarios.Sender{Addrs: []netip.Addr{netip.MustParseAddr("2001:db8::1")}}, "deferred unreachable via mx1.example.com"},
		"with old versions":          {scenarios.Sender{Trust: []string{"own"}, MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS11}, "deferred validation-failure tls-version via mx1.example.com"},
		"with names":                 {scenarios.Sender{Trust: []string{"own"}, Domain: "branch.example", EHLO: "mail.branch.example", Recipient: "sales"}, "verified domain example.com via mx1.example.com"},
		"with a certificate to show": {scenarios.Sender{Trust: []string{"own"}, Cert: "me"}, "verified domain example.com via mx1.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := *parse(t, sending)
			s.Sender = row.sender
			w := world.Start(t, &s)
			mode, err := scenarios.ParseMode("esa/required-verify")
			require.NoError(t, err)
			r, err := w.Run(t.Context(), []verify.Policy{mode})
			require.NoError(t, err)
			assert.Empty(t, r.Modes[0].Disagreement())
			assert.Equal(t, row.words, r.Modes[0].Made.Words())
			for _, m := range w.Messages() {
				from, to, ehlo := "sender@sender.example", "recipient@example.com", "mail.sender.example"
				if row.sender.Domain != "" {
					from, to, ehlo = "sender@branch.example", "sales@example.com", "mail.branch.example"
				}
				assert.Equal(t, from, m.From)
				assert.Equal(t, []string{to}, m.To)
				assert.Equal(t, ehlo, w.Records()[0].Sessions[m.Session].EHLO)
				if assert.NotNil(t, m.TLS); row.sender.Cert != "" {
					require.NotEmpty(t, m.TLS.PeerCertificates)
					assert.Equal(t, []string{"mail.branch.example"}, m.TLS.PeerCertificates[0].DNSNames)
				} else {
					assert.Empty(t, m.TLS.PeerCertificates)
				}
			}
		})
	}
}
