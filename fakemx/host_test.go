package fakemx

import (
	"crypto/tls"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseLineTakesEveryWord(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		line   string
		cert   string
		faults []Fault
	}{
		{"hosted", "hosted", nil},
		{"no-tls", "no-tls", nil},
		{"no-tls, no-starttls", "no-tls", []Fault{NoSTARTTLS}},
		{"hosted, no-starttls", "hosted", []Fault{NoSTARTTLS}},
		{"hosted, starttls=454", "hosted", []Fault{RejectSTARTTLS(454)}},
		{"no-tls, starttls=502", "no-tls", []Fault{RejectSTARTTLS(502)}},
		{"hosted, starttls=on-greeting-line", "hosted", []Fault{STARTTLSOnGreetingLine}},
		{"no-tls, starttls=on-greeting-line, after-220=close", "no-tls", []Fault{STARTTLSOnGreetingLine, After220(Close)}},
		{"no-tls, starttls=overwritten", "no-tls", []Fault{STARTTLSOverwritten}},
		{"hosted, after-220=close", "hosted", []Fault{After220(Close)}},
		{"hosted, after-220=silent", "hosted", []Fault{After220(Silence)}},
		{"hosted, after-220=garbage", "hosted", []Fault{After220(Garbage)}},
		{"no-tls, after-220=alert", "no-tls", []Fault{After220(Alert)}},
		{"hosted, greeting=421", "hosted", []Fault{Greeting(421)}},
		{"hosted, greeting=silent", "hosted", []Fault{GreetingSilent}},
		{"hosted, connect=refused", "hosted", []Fault{ConnectRefused}},
		{"hosted, connect=silent", "hosted", []Fault{ConnectSilent}},
		{"hosted, tls=1.0", "hosted", []Fault{TLSVersions(tls.VersionTLS10, tls.VersionTLS10)}},
		{"hosted, tls=1.2-1.3", "hosted", []Fault{TLSVersions(tls.VersionTLS12, tls.VersionTLS13)}},
		{"hosted, rcpt=559", "hosted", []Fault{RejectRcpt(559)}},
		{"no-tls, tls=ssl3", "no-tls", []Fault{SSL3}},
		{"hosted, connect=reset", "hosted", []Fault{ConnectReset}},
		{"hosted, greeting=multi-line, greeting-name=a.example, greeting-delay=40s", "hosted", []Fault{GreetingMultiLine, GreetingName("a.example"), GreetingDelay(40 * time.Second)}},
		{"hosted, ehlo=502, mail=close", "hosted", []Fault{Reject(AtEHLO, 502), Fail(AtMail, Close)}},
		{"hosted, tls-ehlo=starttls, data=554", "hosted", []Fault{TLSEHLOSTARTTLS, Reject(AtData, 554)}},
		{"hosted, dot=silent, starttls=close", "hosted", []Fault{Fail(AtDot, Silence), Fail(AtSTARTTLS, Close)}},
		{"no-tls, alert=unknown_ca", "no-tls", []Fault{AlertNamed("unknown_ca")}},
		{"hosted, after-220=550", "hosted", []Fault{Reject(After220To, 550)}},
		{"hosted, cipher=TLS_RSA_WITH_RC4_128_SHA, tls=1.0-1.2, curve=p384", "hosted",
			[]Fault{Cipher(tls.TLS_RSA_WITH_RC4_128_SHA), TLSVersions(tls.VersionTLS10, tls.VersionTLS12), Curve(tls.CurveP384)}},
		{"hosted, sni=required, client-cert=refused, no-session-tickets, no-close-notify", "hosted",
			[]Fault{SNIRequired, ClientCertRefused, NoSessionTickets, NoCloseNotify}},
		{"hosted, plaintext-behind-220, executes-pipelined, corrupt=7", "hosted", []Fault{PlaintextBehind220, ExecutesPipelined, Corrupt(7)}},
		{"hosted, latency=300ms, tarpit=20s, bandwidth=9600, slice=1, reset-after=300", "hosted",
			[]Fault{Latency(300 * time.Millisecond), Tarpit(20 * time.Second), Bandwidth(9600), Slice(1), ResetAfter(300)}},
		{"\t a.b-C_1 ,no-starttls,\trcpt=452 ", "a.b-C_1", []Fault{NoSTARTTLS, RejectRcpt(452)}},
	} {
		h, err := ParseLine(tc.line)
		require.NoError(t, err, tc.line)
		assert.Equal(t, tc.cert, h.Cert, tc.line)
		assert.Equal(t, tc.faults, h.Faults, tc.line)
		for i, w := range h.Words {
			assert.True(t, strings.HasPrefix(tc.line[w.Offset:], w.Text), "%s: word %d is not at offset %d", tc.line, i, w.Offset)
		}
		assert.Len(t, h.Words, 1+len(h.Faults), tc.line)
	}
}

func TestParseLineSaysWhereAndWhatInstead(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		line   string
		offset int
		msg    string
	}{
		{"", 0, "the line is empty: write the label of a certificate, or no-tls"},
		{" \t", 0, "the line is empty: write the label of a certificate, or no-tls"},
		{"hosted,", 7, "nothing follows the comma: delete it"},
		{"hosted,, rcpt=550", 7, "nothing stands before the comma: delete it, or write what was meant"},
		{", rcpt=550", 0, "nothing stands before the comma: delete it, or write what was meant"},
		{"hosted rcpt=550", 6, "write a comma between two words"},
		{"starttls=454", 0, "starttls=454 has no certificate before it: begin the line with a label, or with no-tls"},
		{"host=ed", 4, `'=' in the label of a certificate: write letters, digits, dots, hyphens and underscores`},
		{"hosted, no-tls", 8, "no-tls stands first, in place of the certificate's label"},
		{"hosted, startls=454", 8, `unknown word "startls=454": did you mean starttls=454?`},
		{"hosted, No-StartTLS", 8, `unknown word "No-StartTLS": did you mean no-starttls?`},
		{"hosted, after-220=clos", 8, `unknown word "after-220=clos": did you mean after-220=close?`},
		{"hosted, starttls=never", 8, `unknown word "starttls=never": write one of starttls=454, starttls=on-greeting-line, starttls=overwritten, starttls=twice, starttls=with-parameter, starttls=close, starttls=silent, starttls=reset, starttls=garbage`},
		{"hosted, starttls", 8, `unknown word "starttls": write one of starttls=454, starttls=on-greeting-line, starttls=overwritten, starttls=twice, starttls=with-parameter, starttls=close, starttls=silent, starttls=reset, starttls=garbage`},
		{"hosted, connect=", 8, `unknown word "connect=": write one of connect=refused, connect=silent, connect=reset, connect=close`},
		{"hosted, no-starttls=1", 8, `unknown word "no-starttls=1": did you mean no-starttls?`},
		{"hosted, starttls=220", 8, "starttls=220 is no refusal: write a code from 400 to 459 or 500 to 559, such as starttls=454"},
		{"hosted, greeting=460", 8, "greeting=460 is no refusal: write a code from 400 to 459 or 500 to 559, such as greeting=554"},
		{"hosted, rcpt=5500", 8, "rcpt=5500 is no refusal: write a code from 400 to 459 or 500 to 559, such as rcpt=550"},
		{"hosted, tls=1.4", 8, `unknown TLS version "1.4": write 1.0, 1.1, 1.2, 1.3, or ssl3`},
		{"hosted, tls=1.3-1.2", 8, "tls=1.3-1.2 has its versions reversed: write tls=1.2-1.3"},
		{"hosted, tls=1.2-1.2", 8, "tls=1.2-1.2 is one version: write tls=1.2"},
		{"hosted, tls=1.2-", 8, `unknown TLS version "": write 1.0, 1.1, 1.2, 1.3, or ssl3`},
		{"hosted, rcpt=550, rcpt=550", 18, "rcpt=550 stands twice: delete one"},
		{"hosted, rcpt=550, rcpt=551", 18, "rcpt=551 contradicts rcpt=550: keep one of them"},
		{"hosted, no-starttls, starttls=454", 21, "starttls=454 contradicts no-starttls: keep one of them"},
		{"hosted, after-220=close, no-starttls", 8, "after-220=close never happens after no-starttls: keep one of them"},
		{"hosted, starttls=454, tls=1.2", 22, "tls=1.2 never happens after starttls=454: keep one of them"},
		{"hosted, starttls=overwritten, after-220=alert", 30, "after-220=alert never happens after starttls=overwritten: keep one of them"},
		{"hosted, tls=1.2, after-220=alert", 8, "tls=1.2 never happens after after-220=alert: keep one of them"},
		{"hosted, greeting=554, rcpt=550", 22, "rcpt=550 never happens after greeting=554: keep one of them"},
		{"hosted, rcpt=550, greeting=silent", 8, "rcpt=550 never happens after greeting=silent: keep one of them"},
		{"hosted, greeting=554, connect=refused", 8, "greeting=554 never happens after connect=refused: keep one of them"},
		{"hosted, mial=451", 8, `unknown word "mial=451": did you mean mail=451?`},
		{"hosted, latncy=7h", 8, `unknown word "latncy=7h": did you mean latency=?`},
		{"hosted, mail=quit", 8, `unknown word "mail=quit": write one of mail=451, mail=close, mail=silent, mail=reset, mail=garbage`},
		{"hosted, boom", 8, `unknown word "boom": write one of no-starttls, starttls=, x-anonymoustls, after-220=, alert=, plaintext-behind-220, executes-pipelined, greeting=, ` +
			`greeting-name=, greeting-delay=, connect=, ehlo=, tls=, cipher=, curve=, sni=, client-cert=, no-session-tickets, no-close-notify, corrupt=, tls-ehlo=, requires-starttls=, mail-in-clear=, unproven-sender=, ` +
			`mail=, rcpt=, data=, dot=, latency=, tarpit=, bandwidth=, slice=, reset-after=`},
		{"hosted, dot=250", 8, "dot=250 is no refusal: write a code from 400 to 459 or 500 to 559, such as dot=451"},
		{"hosted, after-220=200", 8, "after-220=200 is no refusal: write a code from 400 to 459 or 500 to 559, such as after-220=554"},
		{"hosted, latency=3", 8, "latency=3 is no time from 1ns to 24h0m0s: write it with its unit, such as latency=300ms"},
		{"hosted, greeting-delay=25h", 8, "greeting-delay=25h is no time from 1ns to 24h0m0s: write it with its unit, such as greeting-delay=40s"},
		{"hosted, slice=0", 8, "slice=0 is no number of octets: write one of 1 or more, such as slice=1"},
		{"hosted, bandwidth=", 8, "bandwidth= is no number of octets: write one of 1 or more, such as bandwidth=1200"},
		{"hosted, greeting-name=a b", 23, "write a comma between two words"},
		{"hosted, greeting-name=\x01", 8, `"\x01" is no host name: write one such as greeting-name=mail.example.net`},
		{"hosted, alert=unknown-ca", 8, `unknown alert "unknown-ca": did you mean alert=unknown_ca?`},
		{"hosted, cipher=AES", 8, `unknown cipher suite "AES": write an IANA name of TLS 1.0 to 1.2, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`},
		{"hosted, cipher=TLS_RSA_WITH_AES_128_CBC_SAH", 8, `unknown cipher suite "TLS_RSA_WITH_AES_128_CBC_SAH": did you mean TLS_RSA_WITH_AES_128_CBC_SHA?`},
		{"hosted, curve=p224", 8, `unknown group "p224": write one of x25519, p256, p384, p521, x25519mlkem768`},
		{"hosted, tls=ssl3, cipher=TLS_RSA_WITH_AES_128_CBC_SHA", 18, "cipher=TLS_RSA_WITH_AES_128_CBC_SHA never happens after tls=ssl3: keep one of them"},
		{"hosted, tls=1.3, cipher=TLS_RSA_WITH_AES_128_CBC_SHA", 17, "cipher=TLS_RSA_WITH_AES_128_CBC_SHA is about TLS 1.0 to 1.2: it never happens under tls=1.3"},
		{"hosted, alert=unknown_ca, after-220=close", 26, "after-220=close contradicts alert=unknown_ca: keep one of them"},
		{"hosted, ehlo=502, starttls=454", 18, "starttls=454 never happens after ehlo=502: keep one of them"},
		{"hosted, ehlo=bare, tls=1.2", 19, "tls=1.2 never happens after ehlo=bare: keep one of them"},
		{"hosted, ehlo=close, mail=451", 20, "mail=451 never happens after ehlo=close: keep one of them"},
		{"hosted, mail=451, dot=451", 18, "dot=451 never happens after mail=451: keep one of them"},
		{"hosted, connect=reset, slice=1", 23, "slice=1 never happens after connect=reset: keep one of them"},
		{"hosted, greeting=garbage, greeting-name=a.example", 26, "greeting-name=a.example never happens after greeting=garbage: keep one of them"},
		{"no-tls, starttls=twice", 8, "starttls=twice needs a certificate: name one in place of no-tls"},
		{"no-tls, sni=required", 8, "sni=required needs a certificate: name one in place of no-tls"},
		{"no-tls, tls=1.2", 8, "tls=1.2 needs a certificate: name one in place of no-tls"},
		{"no-tls, starttls=on-greeting-line", 8, "starttls=on-greeting-line needs a certificate: name one in place of no-tls"},
	} {
		h, err := ParseLine(tc.line)
		var syntax *SyntaxError
		if assert.ErrorAs(t, err, &syntax, "%q", tc.line) {
			assert.Equal(t, SyntaxError{tc.offset, tc.msg}, *syntax, "%q", tc.line)
		}
		assert.Zero(t, h, "%q", tc.line)
	}
}

func TestConnectIsForTheNetworkToPlay(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"hosted": "", "hosted, connect=refused": "refused", "no-tls, connect=silent": "silent", "hosted, greeting=silent": "",
	} {
		h, err := ParseLine(line)
		require.NoError(t, err, line)
		assert.Equal(t, want, h.Connect(), line)
	}
}

// What strikes a transaction, or anywhere, may strike behind RCPT.
func TestBehindRcpt(t *testing.T) {
	t.Parallel()
	may := []string{"data", "dot", "latency", "tarpit", "bandwidth", "reset-after"}
	for _, w := range Vocabulary()[1:] {
		h, err := ParseLine("hosted, " + w)
		require.NoError(t, err)
		key, _, _ := strings.Cut(w, "=")
		assert.Equal(t, slices.Contains(may, key), h.BehindRcpt(), w)
	}
	for text, want := range map[string]bool{"-> DATA\n<- 451 no": true, "-> d\n<- 500 what": true, "-> RCPT\n<- 250 ok": false, "<- 220 mx": false} {
		s, err := ParseScript(text)
		require.NoError(t, err)
		assert.Equal(t, want, s.AnswersData(), text)
	}
}

func TestStartRefusesWhatALineRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		server *Server
		names  string
	}{
		{&Server{Faults: []Fault{Greeting(220)}}, "fault 1: greeting=220"},
		{&Server{Faults: []Fault{NoSTARTTLS, RejectRcpt(99)}}, "fault 2: rcpt=99"},
		{&Server{Faults: []Fault{TLSVersions(tls.VersionTLS12, tls.VersionTLS12)}}, "fault 1: tls=1.2 needs a certificate"},
		{&Server{Faults: []Fault{TLSVersions(0x0300, 0x0300)}, TLSConfig: &tls.Config{}}, `fault 1: unknown TLS version "0x0300"`},
		{&Server{Faults: []Fault{After220("boom")}}, `fault 1: unknown word "after-220=boom"`},
		{&Server{Hostname: "mx.example\r\n250 mx"}, "host name"},
	} {
		err := tc.server.Start()
		if assert.Error(t, err, tc.names) {
			assert.True(t, strings.HasPrefix(err.Error(), tc.names), "%q does not begin with %q", err, tc.names)
		}
		assert.Empty(t, tc.server.Addr(), tc.names)
		tc.server.Close()
	}
}

// Every word that the documentation lists is understood, and none that
// ParseLine suggests is refused.
func TestVocabularyIsUnderstood(t *testing.T) {
	t.Parallel()
	for _, w := range Vocabulary() {
		if w == "no-tls" {
			continue
		}
		_, err := ParseLine("hosted, " + w)
		assert.NoError(t, err, w)
	}
}

func FuzzLine(f *testing.F) {
	for _, w := range Vocabulary() {
		f.Add("hosted, " + w)
	}
	for _, line := range []string{"", ",", "no-tls", "no-tls, starttls=454, rcpt=550", "a\tb", "é, rcpt=550", "hosted, tls=1.0-1.3,", "x, starttls=\x00", "h, tls=1.2-1.2"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		h, err := ParseLine(line)
		if err != nil {
			var syntax *SyntaxError
			require.ErrorAs(t, err, &syntax)
			require.True(t, 0 <= syntax.Offset && syntax.Offset <= len(line), "offset %d of %d", syntax.Offset, len(line))
			require.NotEmpty(t, syntax.Msg)
			require.Less(t, len(syntax.Msg), 800)
			return
		}
		for _, w := range h.Words {
			require.True(t, strings.HasPrefix(line[w.Offset:], w.Text))
		}
		again, err := ParseLine(h.String())
		require.NoError(t, err, "%q became %q", line, h.String())
		require.Equal(t, h.Cert, again.Cert)
		require.True(t, slices.Equal(h.Faults, again.Faults), "%q became %q", line, h.String())
	})
}
