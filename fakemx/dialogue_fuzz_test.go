package fakemx_test

import (
	"io"
	"net"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

// Whatever a client says, it is answered in well-formed replies, and when it
// has said all the connection ends.
func FuzzDialogue(f *testing.F) {
	const begin = "EHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
	for _, input := range []string{
		"",
		begin + "one\r\n.\r\nQUIT\r\n",
		begin + "one\r\r\n.\r\nNOOP\r\n",
		begin + "\n.\nMAIL FROM:<>\r\n..\r\n.\r\n",
		"EHLO client.example\r\nSTARTTLS\r\n\x16\x03\x01\x00\x05abcde",
		"EHLO client.example\r\nSTARTTLS\r\nNOOP\r\n",
		"HELO a\r\nEXPN\r\nHELP\r\nVRFY x\r\n\r\nBDAT 3 LAST\r\nabc\r\nQUIT\r\n",
		"MAIL FROM:<\"\\\r\n\"@x>\r\nMAIL FROM:<\"a\\\"b\"@sender.example> BODY=8BITMIME SIZE=5 X=Y=Z\r\n",
		strings.Repeat("x", 3000),
	} {
		f.Add([]byte(input), byte(0))
		for which := range byte(14) {
			f.Add([]byte(input), which+1)
		}
	}
	cfg, _ := identity(f)
	reply := regexp.MustCompile(`^[2345][0-5][0-9][ -][ -~]*$`)
	faults := []fakemx.Fault{fakemx.RejectSTARTTLS(454), fakemx.Greeting(554), fakemx.After220(fakemx.Alert), fakemx.STARTTLSOverwritten,
		fakemx.GreetingMultiLine, fakemx.EHLOBare, fakemx.Reject(fakemx.AtEHLO, 502), fakemx.Fail(fakemx.AtMail, fakemx.Close), fakemx.STARTTLSTwice,
		fakemx.Reject(fakemx.AtData, 451), fakemx.Reject(fakemx.AtDot, 552), fakemx.Slice(3), fakemx.ExecutesPipelined}
	f.Fuzz(func(t *testing.T, input []byte, which byte) {
		s := &fakemx.Server{TLSConfig: cfg}
		if n := int(which) % (len(faults) + 1); n > 0 {
			s.Faults = faults[n-1 : n]
		}
		require.NoError(t, s.Start())
		defer s.Close()
		c := dial(t, s)
		go func() {
			c.conn.Write(input)
			c.conn.(*net.TCPConn).CloseWrite()
		}()
		all, err := io.ReadAll(c.r)
		require.NoError(t, err)
		clear, _, upgraded := strings.Cut(string(all), "220 2.0.0 Ready to start TLS\r\n")
		for line := range strings.SplitSeq(strings.TrimSuffix(clear, "\r\n"), "\r\n") {
			require.Regexp(t, reply, line)
			require.LessOrEqual(t, len(line), 510, "RFC 5321 section 4.5.3.1.5")
		}
		require.False(t, !upgraded && strings.Contains(clear, "\x15\x03"), "an alert in clear text")
		require.True(t, s.Sessions()[0].Done)
	})
}
