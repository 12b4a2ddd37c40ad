package esa_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/pki"
	"mxlab/verify"
	"mxlab/verify/esa"
)

// listener makes one from its mode without the product.
func listener(t *testing.T, mode string) esa.Listener {
	t.Helper()
	words := strings.Fields(mode)
	options := map[string]string{}
	for _, o := range words[1:] {
		name, value, _ := strings.Cut(o, "=")
		options[name] = value
	}
	l, err := esa.NewListener(words[0], options)
	require.NoError(t, err)
	return l
}

// TestListener has a row for each sender, and what each listener makes of it.
// Sources: AsyncOS 8.0.1 user guide, parameters of mail flow policies, and
// AsyncOS 10.0 user guide, TLS settings for a listener.
func TestListener(t *testing.T) {
	t.Parallel()
	lab := pki.NewLab(now)
	certs := map[string][][]byte{"none": nil}
	for label, line := range map[string]string{
		"valid": "CN=client.example", "expired": "CN=client.example until=-1d", "stranger": "CN=client.example issuer=private",
		"server": "CN=client.example eku=serverAuth", "self": "CN=client.example self-signed", "not-yet": "CN=client.example from=+1d",
	} {
		spec, err := pki.ParseLine(line)
		require.NoError(t, err)
		require.NoError(t, lab.Add(label, spec))
		made, err := lab.Issue(label)
		require.NoError(t, err)
		certs[label] = made.Sent
	}
	type sender struct {
		tls, broken bool
		cert        string
		domain      string
	}
	clear, over := sender{cert: "none"}, func(cert string) sender { return sender{tls: true, cert: cert} }
	rows := []struct {
		sender sender
		mode   string
		want   string
	}{
		{clear, "listener-off", "accepted"},
		{clear, "listener-preferred", "accepted"},
		{clear, "listener-required", "refused 530"},
		{over("none"), "listener-preferred", "accepted"},
		{over("none"), "listener-required", "accepted"},
		{over("stranger"), "listener-preferred", "accepted"},
		{over("expired"), "listener-required", "accepted"},

		{clear, "listener-preferred verify-client=yes", "accepted"},
		{clear, "listener-required verify-client=yes", "refused 530"},
		{over("none"), "listener-preferred verify-client=yes", "refused handshake"},
		{over("none"), "listener-preferred verify-client=yes without-certificate=taken", "accepted"},
		{over("none"), "listener-required verify-client=yes", "refused handshake"},
		{over("valid"), "listener-preferred verify-client=yes", "accepted"},
		{over("valid"), "listener-required verify-client=yes", "accepted"},
		{over("expired"), "listener-preferred verify-client=yes", "refused handshake"},
		{over("not-yet"), "listener-required verify-client=yes", "refused handshake"},
		{over("stranger"), "listener-preferred verify-client=yes without-certificate=taken", "refused handshake"},
		{over("self"), "listener-required verify-client=yes", "refused handshake"},
		{over("server"), "listener-required verify-client=yes", "refused handshake"},

		{clear, "listener-preferred mandatory-for=sender.example", "refused 530"},
		{clear, "listener-preferred mandatory-for=other.example", "accepted"},
		{clear, "listener-preferred mandatory-for=other.example,sender.example", "refused 530"},
		{over("none"), "listener-preferred mandatory-for=sender.example", "accepted"},
		{sender{domain: "-"}, "listener-preferred mandatory-for=sender.example", "accepted"},
		{sender{broken: true}, "listener-preferred", "refused handshake"},
		{sender{broken: true}, "listener-required", "refused handshake"},
	}
	for _, row := range rows {
		t.Run(row.mode+"/"+row.sender.cert, func(t *testing.T) {
			t.Parallel()
			l := listener(t, row.mode)
			a := verify.Arrival{TLS: row.sender.tls, Broken: row.sender.broken, Chain: certs[row.sender.cert], Domain: "sender.example",
				Evidence: verify.Evidence{Now: now, Anchors: lab.Roots()}}
			if row.sender.domain != "" {
				a.Domain = ""
			}
			r, needs := l.Receive(a)
			assert.Empty(t, needs)
			assert.Equal(t, row.want, r.Words(), "%+v", row.sender)
			assert.NotEmpty(t, r.Decided)
			assert.Equal(t, "esa/"+row.mode, r.Mode)
			if word, refused := strings.CutPrefix(r.Words(), "refused "); refused {
				assert.Contains(t, l.Refusals(), word)
			}
		})
	}
}

// What a listener's words say is said with the certainty of the weakest.
func TestListenerCertainty(t *testing.T) {
	t.Parallel()
	clear := verify.Arrival{Domain: "sender.example"}
	taken, _ := listener(t, "listener-off").Receive(clear)
	assert.Equal(t, verify.Documented, taken.Certainty)
	refused, _ := listener(t, "listener-required").Receive(clear)
	assert.Equal(t, verify.Recalled, refused.Certainty)
	assert.Equal(t, "530 #5.7.0 Must issue a STARTTLS command first", refused.Said.Text)
}

func TestListenerOffersAndAsks(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string][2]bool{
		"listener-off": {false, false}, "listener-preferred": {true, false}, "listener-required verify-client=yes": {true, true},
	} {
		l := listener(t, mode)
		assert.Equal(t, want, [2]bool{l.Offers(), l.Asks()}, mode)
	}
	_, err := esa.NewListener("listener-off", map[string]string{"verify-client": "yes"})
	assert.Error(t, err, "what asks for no TLS asks for no certificate")
	_, err = esa.NewListener("listener-preferred", map[string]string{"mandatory-for": "a b"})
	assert.ErrorContains(t, err, "is no domain")
	_, err = esa.NewListener("required", nil)
	assert.Error(t, err)
}
