package report_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/world"
	"mxlab/verify"
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

// TestAdviceInTheProductsWords: what to change at the sender's end is said as its
// own screen or shell has it, and only where it can be changed there.
func TestAdviceInTheProductsWords(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ scenario, mode, want string }{
		{"starttls/not-offered", "esa/preferred", "recipient's end: let mx1.example.com offer STARTTLS; sender's end: a Required setting keeps the message from going in clear text"},
		{"starttls/not-offered", "esa/required", "recipient's end: let mx1.example.com offer STARTTLS; sender's end, if the mail may go in clear text: a Preferred setting"},
		{"starttls/not-offered", "exchange/opportunistic", "recipient's end: let mx1.example.com offer STARTTLS; sender's end: Set-SendConnector -RequireTLS $true keeps the message from going in clear text"},
		{"starttls/not-offered", "exchange/require-tls", "recipient's end: let mx1.example.com offer STARTTLS; sender's end, if the mail may go in clear text: Set-SendConnector -RequireTLS $false"},
		{"starttls/not-offered", "exo/encryption-only", "recipient's end: let mx1.example.com offer STARTTLS; sender's end, if the mail may go in clear text: Set-OutboundConnector -TlsSettings $null"},
		{"exchange/direct-trust/no-anonymous-tls", "exchange/direct-trust", "recipient's end: let edge1.corp.example offer X-ANONYMOUSTLS"},
		{"exchange/direct-trust-renewed-too-early/replaced", "exchange/direct-trust", "sender's end: renew the subscription of edge1.corp.example, so that the directory holds the certificate that it shows now; recipient's end, until then: let it show the one that the directory holds"},
		{"exchange/direct-trust-renewed-too-early/subscribed", "exchange/direct-trust", "nothing: the certificate is one that the sender knew beforehand"},
		{"chain/untrusted-root", "esa/required-verify", "recipient's end: a certificate of a public authority for mx1.example.com; sender's end, if the root of the authority is known to you: add it to the custom list of authorities"},
		{"chain/untrusted-root", "exchange/domain-validation", "recipient's end: a certificate of a public authority for mx1.example.com; sender's end, if the root of the authority is known to you: import it into the Trusted Root Certification Authorities of the computer"},
		{"chain/untrusted-root", "exo/certificate-validation", "recipient's end: a certificate of a public authority for mx1.example.com"},
		{"starttls/tls10-only", "exchange/require-tls", "recipient's end: enable TLS 1.2 or newer on mx1.example.com; sender's end, if there must be mail until then: switch the older version on for clients, in the registry (Schannel)"},
		{"starttls/tls10-only", "exo/opportunistic", "recipient's end: enable TLS 1.2 or newer on mx1.example.com"},
		{"exchange/domain-validation-tlsdomain", "exchange/domain-validation", "recipient's end: ask the operator of mx1.hoster.example for a certificate with example.com among its dNSNames; or sender's end: Set-SendConnector -TlsAuthLevel DomainValidation -TlsDomain mx1.hoster.example, if that is whom the recipient calls its host"},
		{"hosted/ptr-not-mx", "exo/domain-validation", "sender's end: Set-OutboundConnector -TlsSettings DomainValidation -TlsDomain *.emailhosted.not, if that is whom the recipient calls its host"},
		{"identity/wrong-host", "esa/required-verify-hosted-domains", "recipient's end: ask the operator of mx1.example.com for a certificate with mx1.example.com among its dNSNames; or sender's end: no other setting would verify the host"},
		{"exchange/domain-validation-tlsdomain", "exchange/certificate-validation", "nothing if encryption is enough: the certificate is a valid one, and this setting does not ask whom it names; no other setting would verify the host"},
		{"revocation/revoked-leaf/revoked", "exchange/certificate-validation", "recipient's end: the certificate of mx1.example.com, or one above it, was revoked; have another one issued, for a new key"},
	} {
		list, err := scenarios.Find(row.scenario)
		require.NoError(t, err)
		p, err := scenarios.ParseMode(row.mode)
		require.NoError(t, err)
		w := world.Start(t, list[0])
		r, err := w.Run(t.Context(), []verify.Policy{p})
		require.NoError(t, err)
		assert.Equal(t, row.want, report.Advice(r.Assessment, r.Assessment.Modes[0]), "%s under %s", row.scenario, row.mode)
	}
}
