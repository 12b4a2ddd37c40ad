package fakedns

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/require"

	"mxlab/internal/leaktest"
)

// Closed servers leave nothing running.
func TestMain(m *testing.M) { leaktest.Main(m, "dns.(*Server)", "fakedns.(*Server)") }

// serve starts a server for a zone text and closes it with the test.
func serve(t *testing.T, zone string) *Server {
	t.Helper()
	srv, err := NewServer(zone)
	require.NoError(t, err)
	t.Cleanup(srv.Close)
	return srv
}

// patience is for a slow machine; no test waits for it to pass.
const patience = 30 * time.Second

// ask sends one question from a socket of its own.
func ask(t *testing.T, srv *Server, network, name, typ string) *dns.Msg {
	t.Helper()
	m := new(dns.Msg).SetQuestion(name, dns.StringToType[typ])
	return exchange(t, srv, network, m)
}

func exchange(t *testing.T, srv *Server, network string, m *dns.Msg) *dns.Msg {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c := dns.Client{Net: network, Timeout: patience, UDPSize: 65535}
	r, _, err := c.ExchangeContext(ctx, m, srv.ListenAddr())
	require.NoError(t, err, "%s %v", network, m.Question)
	return r
}

// section gives records as lines of name, TTL, type and data.
func section(rrs []dns.RR) []string {
	var out []string
	for _, rr := range rrs {
		if rr.Header().Rrtype != dns.TypeOPT {
			out = append(out, strings.Join(strings.Fields(strings.Replace(rr.String(), "\tIN\t", "\t", 1)), " "))
		}
	}
	return out
}
