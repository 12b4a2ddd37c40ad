package exchange_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/pki"
	"mxlab/verify"
	"mxlab/verify/exchange"
)

var now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func listener(t *testing.T, mode string) verify.Listener {
	t.Helper()
	words := strings.Fields(mode)
	options := map[string]string{}
	for _, o := range words[1:] {
		name, value, _ := strings.Cut(o, "=")
		options[name] = value
	}
	l, err := exchange.Receiver().Listen(words[0], options)
	require.NoError(t, err)
	return l
}

// TestListener has a row for each sender, and what a Receive connector makes of
// it. Sources: Set-ReceiveConnector and Set-TransportConfig; the events 11012 and
// 11015 of MSExchangeTransport; bb331963 and bb851505 for what a certificate must
// be.
func TestListener(t *testing.T) {
	t.Parallel()
	const secure = "receive-domain-secure"
	rows := []struct {
		sender string // clear, broken, none, or a certificate line
		mode   string
		want   string
	}{
		{"clear", "receive-require-tls", "refused 451"},
		{"none", "receive-require-tls", "accepted"},
		{"SAN=other.example until=-1d", "receive-require-tls", "accepted"},
		{"broken", "receive-require-tls", "refused handshake"},

		{"clear", secure, "refused 530"},
		{"clear", secure + " domains=other.example", "accepted"},
		{"clear", secure + " domains=other.example,sender.example", "refused 530"},
		{"clear", secure + " domains=example", "accepted"},
		{"broken", secure, "refused handshake"},
		{"broken", secure + " domains=other.example", "refused handshake"}, // the domain is not known yet
		{"none", secure, "refused 530"},
		{"none", secure + " domains=other.example", "accepted"},

		{"SAN=sender.example", secure, "accepted"},
		{"SAN=SENDER.example,mail.sender.example", secure, "accepted"},
		{"CN=sender.example", secure, "accepted"},
		{"CN=sender.example SAN=mail.sender.example", secure, "accepted"},
		{"CN=sender.example CN=mail.sender.example", secure, "accepted"},
		{"SAN=mail.sender.example", secure, "refused 530"},
		{"SAN=mail.sender.example", secure + " subdomains=yes", "accepted"},
		{"SAN=example", secure + " subdomains=yes", "refused 530"},
		{"SAN=*.sender.example", secure, "refused 530"},
		{"SAN-IP=192.0.2.1", secure, "refused 530"},

		{"SAN=sender.example until=-1d", secure, "refused 530"},
		{"SAN=sender.example from=+1d", secure, "refused 530"},
		{"SAN=sender.example issuer=private", secure, "refused 530"},
		{"SAN=sender.example self-signed", secure, "refused 530"},
		{"SAN=sender.example send=leaf", secure, "refused 530"},
		{"SAN=sender.example eku=serverAuth", secure, "refused 530"},
		{"SAN=sender.example eku=clientAuth", secure, "accepted"},
		{"SAN=sender.example sig=sha1", secure, "accepted"},
		{"SAN=sender.example", secure + " revocation-source=required", "refused 530"},
	}
	for _, row := range rows {
		t.Run(row.mode+"/"+row.sender, func(t *testing.T) {
			t.Parallel()
			lab := pki.NewLab(now)
			a := verify.Arrival{TLS: row.sender != "clear" && row.sender != "broken", Broken: row.sender == "broken",
				Domain: "sender.example", Evidence: verify.Evidence{Now: now, Anchors: lab.Roots()}}
			if strings.Contains(row.sender, "=") {
				spec, err := pki.ParseLine(row.sender)
				require.NoError(t, err)
				require.NoError(t, lab.Add("client", spec))
				made, err := lab.Issue("client")
				require.NoError(t, err)
				a.Chain = made.Sent
			}
			l := listener(t, row.mode)
			r, needs := l.Receive(a)
			require.Empty(t, needs)
			assert.Equal(t, row.want, r.Words())
			assert.Equal(t, "exchange/"+row.mode, r.Mode)
			assert.NotEmpty(t, r.Decided)
			if word, refused := strings.CutPrefix(r.Words(), "refused "); refused {
				assert.Contains(t, l.Refusals(), word)
			}
		})
	}
}

// The null sender has no domain, and is on no list.
func TestListenerNullSender(t *testing.T) {
	t.Parallel()
	r, _ := listener(t, "receive-domain-secure").Receive(verify.Arrival{})
	assert.Equal(t, "accepted", r.Words())
	r, _ = listener(t, "receive-require-tls").Receive(verify.Arrival{})
	assert.Equal(t, "refused 451", r.Words())
}

// What the product says is told with its source; the code of Domain Security is
// nobody's but ours.
func TestListenerSays(t *testing.T) {
	t.Parallel()
	clear := verify.Arrival{Domain: "sender.example"}
	r, _ := listener(t, "receive-require-tls").Receive(clear)
	assert.Equal(t, "451 5.7.3 Must issue a STARTTLS command first", r.Said.Text)
	assert.Equal(t, verify.Documented, r.Certainty)
	r, _ = listener(t, "receive-domain-secure").Receive(clear)
	assert.Contains(t, r.Said.Text, "11012")
	assert.Equal(t, verify.Inferred, r.Certainty)
}

// A certificate that names a list is accepted only when the list was fetched.
func TestListenerNeedsTheList(t *testing.T) {
	t.Parallel()
	lab := pki.NewLab(now)
	spec, err := pki.ParseLine("SAN=sender.example crl=http://crl.example/ca.crl")
	require.NoError(t, err)
	require.NoError(t, lab.Add("client", spec))
	made, err := lab.Issue("client")
	require.NoError(t, err)
	a := verify.Arrival{TLS: true, Chain: made.Sent, Domain: "sender.example", Evidence: verify.Evidence{Now: now, Anchors: lab.Roots()}}
	l := listener(t, "receive-domain-secure")
	_, needs := l.Receive(a)
	require.Len(t, needs, 1)
	assert.Equal(t, verify.Request{URL: "http://crl.example/ca.crl"}, needs[0].Request)
	a.Evidence.Fetched = map[verify.Request]verify.Response{needs[0].Request: {Fault: verify.FetchSilent}}
	r, needs := l.Receive(a)
	require.Empty(t, needs)
	assert.Equal(t, "refused 530", r.Words())
}
