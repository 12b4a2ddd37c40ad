package report_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakedns"
	"mxlab/fakemx"
	"mxlab/scenarios/report"
	"mxlab/scenarios/world"
)

// tell tells a witness of two sessions that overlap, as a world does.
func tell(w report.Witness) {
	host := netip.MustParseAddr("192.0.2.1")
	w.Asked(fakedns.Query{Name: "example.com", Type: "MX", Net: "udp", Status: "NOERROR"})
	w.Asked(fakedns.Query{Name: "elsewhere.test", Type: "A", Net: "tcp", Status: "REFUSED", Outside: true})
	said := func(lines ...string) (all []fakemx.Line) {
		for _, l := range lines {
			all = append(all, fakemx.Line{Client: l[0] == 'C', TLS: l[1] == 't', Text: l[3:]})
		}
		return all
	}
	one := fakemx.Session{Peer: &net.TCPAddr{IP: net.IPv4(198, 51, 100, 25), Port: 41000}}
	whole := said("S: 220 mx.example", "C: EHLO a\x1b[31m", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 go", "Ct:EHLO a", "St:250 ok")
	for i := range whole[:5] {
		one.Transcript = whole[:i+1]
		w.Noted(host, 1, one)
	}
	two := fakemx.Session{Peer: &net.TCPAddr{IP: net.IPv4(198, 51, 100, 25), Port: 41001}, Transcript: whole[:5]}
	w.Noted(host, 2, two)
	one.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, CipherSuite: tls.TLS_AES_128_GCM_SHA256, ServerName: "mx.example",
		PeerCertificates: []*x509.Certificate{{Subject: pkix.Name{CommonName: "client"}}}}
	w.Noted(host, 1, one)
	one.Transcript = whole
	w.Noted(host, 1, one)
	two.HandshakeErr = errors.New("remote error: tls: unknown certificate authority")
	w.Noted(host, 2, two)
	w.Took(host, fakemx.Message{From: "a@b.example", To: []string{"c@example.com", "d@example.com"}, Data: []byte("Subject: x\r\n\r\nhi\r\n"), TLS: one.TLS})
	w.Took(host, fakemx.Message{To: []string{"c@example.com"}, Data: []byte("bounce\r\n")})
	one.Done, two.Done = true, true
	w.Noted(host, 1, one)
	w.Noted(host, 2, two)
	w.Fetched(world.Fetch{Method: "GET", URL: "http://crl.example.net/a.crl"})
	w.Logged("postfix/smtp[7]: status=sent\n\x00")
}

// Each line is written once, when it happens.
func TestLive(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	tell(report.Witnesses{report.NewLive(&out, report.Style{})})
	assert.Equal(t, `dns   udp MX example.com: NOERROR
dns   tcp A elsewhere.test: REFUSED, which the zone says nothing about
#1    198.51.100.25:41000 to 192.0.2.1
#1    <- 220 mx.example
#1    -> EHLO a\x1b[31m
#1    <- 250 STARTTLS
#1    -> STARTTLS
#1    <- 220 go
#2    198.51.100.25:41001 to 192.0.2.1
#2    <- 220 mx.example
#2    -> EHLO a\x1b[31m
#2    <- 250 STARTTLS
#2    -> STARTTLS
#2    <- 220 go
#1    -- TLS 1.3, TLS_AES_128_GCM_SHA256, SNI mx.example, client certificate CN=client --
#1    -> EHLO a
#1    <- 250 ok
#2    -- the handshake failed: remote error: tls: unknown certificate authority --
mail  taken by 192.0.2.1 inside TLS: from <a@b.example> to <c@example.com>, <d@example.com>, 18 octets
mail  taken by 192.0.2.1 in clear text: from <> to <c@example.com>, 8 octets
#1    over
#2    over
web   GET http://crl.example.net/a.crl
log   postfix/smtp[7]: status=sent
`, out.String())
}

// Of a session there is one line.
func TestCurt(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	c := report.NewCurt(&out, report.Style{})
	tell(c)
	peer := &net.TCPAddr{IP: net.IPv4(198, 51, 100, 25), Port: 41002}
	c.Noted(netip.MustParseAddr("192.0.2.1"), 3, fakemx.Session{Peer: peer, EHLO: "a\x1b", Transcript: []fakemx.Line{{Text: "220 \x1b"}, {Client: true, Text: "QUIT"}}, Done: true})
	c.Noted(netip.MustParseAddr("192.0.2.1"), 4, fakemx.Session{Peer: peer, Done: true})
	assert.Equal(t, `dns   udp MX example.com: NOERROR
dns   tcp A elsewhere.test: REFUSED, which the zone says nothing about
mail  taken by 192.0.2.1 inside TLS: from <a@b.example> to <c@example.com>, <d@example.com>, 18 octets
mail  taken by 192.0.2.1 in clear text: from <> to <c@example.com>, 8 octets
#1    198.51.100.25:41000 to 192.0.2.1: TLS 1.3, TLS_AES_128_GCM_SHA256, SNI mx.example, client certificate CN=client; the host's last words: 250 ok
#2    198.51.100.25:41001 to 192.0.2.1: the handshake failed: remote error: tls: unknown certificate authority; the host's last words: 220 go
web   GET http://crl.example.net/a.crl
log   postfix/smtp[7]: status=sent
#3    198.51.100.25:41002 to 192.0.2.1, a\x1b: in clear text; the host's last words: 220 \x1b
#4    198.51.100.25:41002 to 192.0.2.1: in clear text; the host said nothing
`, out.String())
}

// A record is a directory that can be read with ls.
func TestRecord(t *testing.T) {
	t.Parallel()
	dir, err := os.OpenRoot(t.TempDir())
	require.NoError(t, err)
	defer dir.Close()
	r := report.NewRecord(dir)
	tell(report.Witnesses{r})
	require.NoError(t, r.Err())
	files := map[string]string{}
	require.NoError(t, fs.WalkDir(dir.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			text, err := dir.ReadFile(path)
			require.NoError(t, err)
			files[path] = string(text)
		}
		return err
	}))
	assert.Equal(t, map[string]string{
		"dns.txt": "udp MX example.com: NOERROR\ntcp A elsewhere.test: REFUSED, which the zone says nothing about\n",
		"web.txt": "GET http://crl.example.net/a.crl\n",
		"log.txt": "postfix/smtp[7]: status=sent\n",
		"session-1.txt": "198.51.100.25:41000 to 192.0.2.1\n<- 220 mx.example\n-> EHLO a\\x1b[31m\n<- 250 STARTTLS\n-> STARTTLS\n<- 220 go\n" +
			"-- TLS 1.3, TLS_AES_128_GCM_SHA256, SNI mx.example, client certificate CN=client --\n-> EHLO a\n<- 250 ok\n",
		"session-2.txt": "198.51.100.25:41001 to 192.0.2.1\n<- 220 mx.example\n-> EHLO a\\x1b[31m\n<- 250 STARTTLS\n-> STARTTLS\n<- 220 go\n" +
			"-- the handshake failed: remote error: tls: unknown certificate authority --\n",
		"message-1.eml": "Subject: x\r\n\r\nhi\r\n",
		"message-2.eml": "bounce\r\n",
	}, files)
}

// What cannot be kept is told in the end.
func TestRecordThatCannotBeKept(t *testing.T) {
	t.Parallel()
	dir, err := os.OpenRoot(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, dir.Mkdir("dns.txt", 0o755))
	r := report.NewRecord(dir)
	r.Asked(fakedns.Query{})
	require.ErrorContains(t, r.Err(), "keep a record")
	dir.Close()
}
