package probe

import (
	"crypto/tls"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/verify"
)

// Each story is played by the host and must be told the same by the session.
func TestSession(t *testing.T) {
	t.Parallel()
	stories := []struct {
		name    string
		script  string
		clear   bool // the hello is the zero Hello
		offered bool
		refused int // the code with which STARTTLS was refused
		stop    string
	}{
		{name: "over TLS", offered: true, stop: "none", script: `
S: 220 mx.example ESMTP
C: EHLO sender.example
S: 250-mx.example at your service
S: 250-PIPELINING
S: 250 STARTTLS
C: STARTTLS
S: 220 2.0.0 go ahead
C* EHLO sender.example
S* 250-mx.example
S* 250 SIZE 1000
C* MAIL FROM:<probe@sender.example>
S* 250 2.1.0 ok
C* RCPT TO:<postmaster@example.com>
S* 250 2.1.5 ok
C* QUIT
S* 221 bye
`},
		{name: "keyword in lower case, banner of two lines, codes without text", offered: true, stop: "none", script: `
S: 220-mx.example
S: 220 no spam
C: EHLO sender.example
S: 250-mx.example
S: 250-starttls
S: 250
C: STARTTLS
S: 220
C* EHLO sender.example
S* 250
C* MAIL FROM:<probe@sender.example>
S* 250
C* RCPT TO:<postmaster@example.com>
S* 250
C* QUIT
S* 221
`},
		{name: "STARTTLS is not offered", stop: "none", script: `
S: 220 mx.example
C: EHLO sender.example
S: 250-mx.example
S: 250 XXXXXXXA
C: MAIL FROM:<probe@sender.example>
S: 250 ok
C: RCPT TO:<postmaster@example.com>
S: 250 ok
C: QUIT
S: 221 bye
`},
		{name: "STARTTLS stands on the greeting line", stop: "none", script: `
S: 220 mx.example
C: EHLO sender.example
S: 250-mx.example STARTTLS
S: 250 SIZE STARTTLS
C: MAIL FROM:<probe@sender.example>
S: 250 ok
C: RCPT TO:<postmaster@example.com>
S: 250 ok
C: QUIT
S: 221 bye
`},
		{name: "the only line is the greeting line", stop: "none", script: `
S: 220 mx.example
C: EHLO sender.example
S: 250 STARTTLS
C: MAIL FROM:<probe@sender.example>
S: 250 ok
C: RCPT TO:<postmaster@example.com>
S: 250 ok
C: QUIT
S: 221 bye
`},
		{name: "STARTTLS is refused", offered: true, refused: 454, stop: "none", script: `
S: 220 mx.example
C: EHLO sender.example
S: 250-mx.example
S: 250 STARTTLS
C: STARTTLS
S: 454 4.7.0 not now
C: MAIL FROM:<probe@sender.example>
S: 250 ok
C: RCPT TO:<postmaster@example.com>
S: 250 ok
C: QUIT
S: 221 bye
`},
		{name: "the hello stays in clear text", clear: true, offered: true, stop: "none", script: `
S: 220 mx.example
C: EHLO sender.example
S: 250-mx.example
S: 250 STARTTLS
C: MAIL FROM:<probe@sender.example>
S: 250 ok
C: RCPT TO:<postmaster@example.com>
S: 250 ok
C: QUIT
S: 221 bye
`},
		{name: "HELO for a host that does not know EHLO", stop: "none", script: `
S: 220 mx.example
C: EHLO sender.example
S: 502 what
C: HELO sender.example
S: 250-mx.example
S: 250 STARTTLS
C: MAIL FROM:<probe@sender.example>
S: 250 ok
C: RCPT TO:<postmaster@example.com>
S: 250 ok
C: QUIT
S: 221 bye
`},
		{name: "EHLO is refused for now", stop: "EHLO reply 450", script: `
S: 220 mx.example
C: EHLO sender.example
S: 450 busy
C: QUIT
S: 221 bye
`},
		{name: "421 is not answered", stop: "EHLO reply 421", script: `
S: 220 mx.example
C: EHLO sender.example
S: 421 busy
`},
		{name: "STARTTLS is refused by a host that closes", offered: true, refused: 421, stop: "MAIL closed", script: `
S: 220 mx.example
C: EHLO sender.example
S: 250-mx.example
S: 250 STARTTLS
C: STARTTLS
S: 421 bye
C: MAIL FROM:<probe@sender.example>
`},
		{name: "greeting 554", stop: "greeting reply 554", script: `
S: 554 no mail from you
C: QUIT
S: 503 I said no
`},
		{name: "RCPT is refused in TLS", offered: true, stop: "RCPT reply 550 in TLS", script: `
S: 220 mx.example
C: EHLO sender.example
S: 250-mx.example
S: 250 STARTTLS
C: STARTTLS
S: 220 go ahead
C* EHLO sender.example
S* 250 mx.example
C* MAIL FROM:<probe@sender.example>
S* 250 ok
C* RCPT TO:<postmaster@example.com>
S* 550-5.1.1 nobody
S* 550 5.1.1 of that name
C* QUIT
S* 221 bye
`},
		{name: "MAIL is refused with a code of no known class", stop: "MAIL reply 650", script: `
S: 220 mx.example
C: EHLO sender.example
S: 250 mx.example
C: MAIL FROM:<probe@sender.example>
S: 650 ?
C: QUIT
S: 221 bye
`},
		{name: "both hellos are refused in TLS", offered: true, stop: "EHLO reply 554 in TLS", script: `
S: 220 mx.example
C: EHLO sender.example
S: 250-mx.example
S: 250 STARTTLS
C: STARTTLS
S: 220 go ahead
C* EHLO sender.example
S* 554 5.7.0 not secure enough
C* HELO sender.example
S* 554 5.7.0 not secure enough
C* QUIT
S* 221 bye
`},
	}
	for _, st := range stories {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			hello := overTLS
			if st.clear {
				hello = verify.Hello{}
			}
			c := hosted(t, scripted(st.script))
			s := c.Session(t.Context(), verify.SessionKey{Addr: somewhere, Hello: hello}, "example.com")

			assert.Equal(t, st.script[1:], told(s.Dialogue))
			assert.Equal(t, st.stop, short(s.Stop))
			assert.Equal(t, st.offered, s.Offered, "Offered")
			secure := st.offered && !st.clear && st.refused == 0
			switch {
			case secure:
				assert.Equal(t, 220, s.STARTTLS.Code)
				require.NotNil(t, s.TLS, "TLS")
				assert.Equal(t, certificate().Certificate, s.TLS.Chain)
				assert.Equal(t, uint16(tls.VersionTLS13), s.TLS.Version)
				assert.NotZero(t, s.TLS.Cipher)
			default:
				assert.Equal(t, st.refused, s.STARTTLS.Code)
				assert.Nil(t, s.TLS, "TLS")
			}
			assert.NotEmpty(t, s.Greeting.Lines)
			assert.Zero(t, s.Early)
		})
	}
}

// A client that has a message goes on with it, and tells what the host made of
// it.
func TestSessionSendsTheMessage(t *testing.T) {
	t.Parallel()
	const text = "C: Subject: probe\nC: \nC: ..\nC: .\n"
	for behind, stop := range map[string]string{
		"S: 354 go on\n" + text + "S: 250 taken\nC: QUIT\nS: 221 bye\n": "none",
		"S: 554 no message\nC: QUIT\nS: 221 bye\n":                      "DATA reply 554",
		"": "DATA closed",
		"S: 354 go on\n" + text + "S: 451 later\nC: QUIT\nS: 221 bye\n": "final dot reply 451",
		"S: 354 go on\n" + text: "final dot closed",
	} {
		c := hosted(t, scripted(strings.ReplaceAll(untilData, "someone", "postmaster")+behind))
		c.Message = []byte("Subject: probe\r\n\r\n.\r\n")
		s := session(t, c)
		assert.Equal(t, stop, short(s.Stop))
		assert.Equal(t, stop != "none", s.Stop.InTransaction())
	}
}

// A client without a name gives its address: RFC 5321 section 4.1.4.
func TestSessionNamesItself(t *testing.T) {
	t.Parallel()
	c := hosted(t, scripted(`
S: 220 mx.example
C: EHLO [127.0.0.1]
S: 250 mx.example
C: MAIL FROM:<>
S: 250 ok
C: RCPT TO:<someone@example.com>
S: 250 ok
C: QUIT
S: 221 bye
`))
	c.Name, c.From, c.To = "", "", "someone"
	assert.Equal(t, "none", short(session(t, c).Stop))
}

// The reply that was smuggled in behind the 220 must not answer the second EHLO.
func TestSessionCountsEarlyOctets(t *testing.T) {
	t.Parallel()
	const early = "250-mx.example\r\n250 8BITMIME\r\n"
	c := hosted(t, func(h *host) {
		h.say("220 mx.example")
		h.hear("EHLO sender.example")
		h.say("250-mx.example", "250 STARTTLS")
		h.hear("STARTTLS")
		h.Write([]byte("220 go ahead\r\n" + early))
		scripted("C* EHLO sender.example\nS* 421 in TLS\n")(h)
	})
	s := session(t, c)
	assert.Equal(t, len(early), s.Early, "Early")
	assert.Equal(t, "EHLO reply 421 in TLS", short(s.Stop))
	assert.NotContains(t, told(s.Dialogue), "8BITMIME")
}

// The hello decides what the ClientHello says.
func TestSessionSendsHello(t *testing.T) {
	t.Parallel()
	for _, hello := range []verify.Hello{
		{TLS: true, SNI: "mx.example", MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS12},
		{TLS: true, MinVersion: tls.VersionTLS13},
	} {
		heard := make(chan *tls.ClientHelloInfo, 1)
		c := hosted(t, func(h *host) {
			h.untilSTARTTLS()
			h.startTLS(&tls.Config{GetCertificate: func(info *tls.ClientHelloInfo) (*tls.Certificate, error) {
				heard <- info
				cert := certificate()
				return &cert, nil
			}})
			scripted("C* EHLO sender.example\nS* 421 bye\n")(h)
		})
		s := c.Session(t.Context(), verify.SessionKey{Addr: somewhere, Hello: hello}, "example.com")
		require.NotNil(t, s.TLS, "%v: %s", hello, short(s.Stop))
		info := <-heard
		assert.Equal(t, hello.SNI, info.ServerName)
		if hello.MaxVersion != 0 {
			assert.Equal(t, []uint16{tls.VersionTLS12, tls.VersionTLS11, tls.VersionTLS10}, info.SupportedVersions)
			assert.Equal(t, uint16(tls.VersionTLS12), s.TLS.Version)
		} else {
			assert.Equal(t, []uint16{tls.VersionTLS13}, info.SupportedVersions)
		}
	}
}

// TestStaple: an OCSP response that comes with the handshake is kept as it is,
// in either version's message (RFC 6066 section 8, RFC 8446 section 4.4.2.1).
func TestStaple(t *testing.T) {
	t.Parallel()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, staple := range [][]byte{nil, []byte("anything")} {
			cert := certificate()
			cert.OCSPStaple = staple
			c := hosted(t, func(h *host) {
				h.untilSTARTTLS()
				assert.NoError(h.t, h.startTLS(&tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: version, MaxVersion: version}))
			})
			s := session(t, c)
			require.NotNil(t, s.TLS)
			assert.Equal(t, string(staple), string(s.TLS.Staple), "TLS %x", version)
		}
	}
}
