package fakemx_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/fakemx"
)

// deliver sends one message with the go-smtp client, under TLS if trust is not
// nil. An answer of the server comes back as *smtp.SMTPError.
func deliver(s *fakemx.Server, trust *tls.Config) error {
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		return err
	}
	defer conn.Close()
	c := smtp.NewClient(conn)
	if trust != nil {
		if c, err = smtp.NewClientStartTLS(conn, trust); err != nil {
			return err
		}
	}
	if err := c.Hello("sender.example"); err != nil {
		return err
	}
	if err := c.SendMail("a@sender.example", []string{"b@example.com", "c@example.com"}, strings.NewReader("Subject: one\r\n\r\n.two\r\n")); err != nil {
		return err
	}
	return c.Quit()
}

func TestIndependentSender(t *testing.T) {
	t.Parallel()
	cfg, trust := identity(t)
	code := func(want int) func(error) bool {
		return func(err error) bool {
			var reply *smtp.SMTPError
			return errors.As(err, &reply) && reply.Code == want
		}
	}
	is := func(target error) func(error) bool {
		return func(err error) bool { return errors.Is(err, target) }
	}
	notTLS := func(err error) bool { return errors.As(err, new(tls.RecordHeaderError)) }
	alert := func(err error) bool { return strings.HasSuffix(err.Error(), tls.AlertError(40).Error()) }
	notOffered := func(err error) bool { return !errors.As(err, new(*smtp.SMTPError)) }

	for _, tc := range []struct {
		fault     fakemx.Fault
		inClear   func(error) bool // nil: delivered
		insideTLS func(error) bool
	}{
		{"", nil, nil},
		{fakemx.NoSTARTTLS, nil, notOffered},
		{fakemx.STARTTLSOnGreetingLine, nil, notOffered},
		{fakemx.STARTTLSOverwritten, nil, notOffered},
		{fakemx.RejectSTARTTLS(454), nil, code(454)},
		{fakemx.After220(fakemx.Close), nil, is(io.EOF)},
		{fakemx.After220(fakemx.Garbage), nil, notTLS},
		{fakemx.After220(fakemx.Alert), nil, alert},
		{fakemx.Greeting(554), code(554), code(554)},
		{fakemx.Greeting(421), code(421), code(421)},
		{fakemx.TLSVersions(tls.VersionTLS12, tls.VersionTLS12), nil, nil},
		{fakemx.RejectRcpt(550), code(550), code(550)},
	} {
		name := string(tc.fault)
		if name == "" {
			name = "honest"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var faults []fakemx.Fault
			if tc.fault != "" {
				faults = append(faults, tc.fault)
			}
			for _, under := range []struct {
				trust *tls.Config
				want  func(error) bool
			}{{nil, tc.inClear}, {trust, tc.insideTLS}} {
				s := start(t, cfg, faults...)
				err := deliver(s, under.trust)
				if under.want != nil {
					require.Error(t, err)
					assert.True(t, under.want(err), "TLS %v: %T %v", under.trust != nil, err, err)
					assert.Empty(t, s.Messages())
					continue
				}
				require.NoError(t, err, "TLS %v", under.trust != nil)
				require.Len(t, s.Messages(), 1)
				m := s.Messages()[0]
				assert.Equal(t, under.trust != nil, m.TLS != nil, "inside TLS")
				assert.Equal(t, []string{"b@example.com", "c@example.com"}, m.To)
				assert.Equal(t, "Subject: one\r\n\r\n.two\r\n", string(m.Data))
				assert.Equal(t, "sender.example", s.Sessions()[0].EHLO)
			}
		})
	}
}

// A silent host hangs the go-smtp client; whoever plays the network ends it
// when it is told.
func TestIndependentSenderAtASilentHost(t *testing.T) {
	t.Parallel()
	_, trust := identity(t)
	for _, f := range []fakemx.Fault{fakemx.GreetingSilent, fakemx.After220(fakemx.Silence)} {
		s, told := withSilent(t, nil, f)
		result := make(chan error, 1)
		go func() { result <- deliver(s, trust) }()
		<-told
		select {
		case err := <-result:
			t.Errorf("%v: the sender did not wait: %v", f, err)
		default:
		}
		s.Close()
		assert.Error(t, <-result, f)
	}
}
