package probe

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
	"mxlab/verify"
)

// A hello with a verb of its own asks for that verb, and says it; STARTTLS beside
// it is no offer.
func TestSessionByAnotherVerb(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		faults  []fakemx.Fault
		verb    string
		offered bool
		said    string
	}{
		{nil, "", true, "STARTTLS"},
		{nil, "X-ANONYMOUSTLS", false, ""},
		{[]fakemx.Fault{fakemx.XAnonymousTLS}, "", true, "STARTTLS"},
		{[]fakemx.Fault{fakemx.XAnonymousTLS}, "X-ANONYMOUSTLS", true, "X-ANONYMOUSTLS"},
		{[]fakemx.Fault{fakemx.XAnonymousTLS, fakemx.NoSTARTTLS}, "", false, ""},
		{[]fakemx.Fault{fakemx.XAnonymousTLS, fakemx.NoSTARTTLS}, "X-ANONYMOUSTLS", true, "X-ANONYMOUSTLS"},
	} {
		srv := fakemx.NewServer(&tls.Config{Certificates: []tls.Certificate{certificate()}}, row.faults...)
		defer srv.Close()
		c := &Client{Now: time.Now, Name: "sender.example", Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, srv.Addr())
		}}
		hello := overTLS
		hello.Verb = row.verb
		s := c.Session(t.Context(), verify.SessionKey{Addr: somewhere, Hello: hello}, "example.com")
		require.Nil(t, s.Stop)
		assert.Equal(t, row.offered, s.Offered, "%v %s", row.faults, row.verb)
		assert.Equal(t, row.said != "", s.TLS != nil, "%v %s: TLS", row.faults, row.verb)
		said := ""
		for _, l := range srv.Sessions()[0].Transcript {
			if l.Client && strings.HasSuffix(l.Text, "TLS") {
				said += l.Text
			}
		}
		assert.Equal(t, row.said, said, "%v: what the host heard", row.faults)
	}
}
