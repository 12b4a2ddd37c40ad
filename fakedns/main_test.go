package fakedns

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/require"
)

// TestMain sees to it that closed servers leave nothing running.
func TestMain(m *testing.M) {
	code := m.Run()
	var left string
	for range 1000 { // a goroutine that has told its WaitGroup may still be on its last step
		left = serving()
		if left == "" {
			break
		}
		runtime.Gosched()
	}
	if left != "" && code == 0 {
		fmt.Fprintln(os.Stderr, "a server still runs after all tests:\n"+left)
		code = 1
	}
	os.Exit(code)
}

// serving gives the stack of a goroutine that serves DNS, if there is one.
func serving() string {
	buf := make([]byte, 1<<20)
	for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(g, "dns.(*Server)") || strings.Contains(g, "fakedns.(*Server)") {
			return g
		}
	}
	return ""
}

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
