package serve_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/check"
	"mxlab/scenarios/report"
	"mxlab/scenarios/serve"
	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/finding"
	"mxlab/verify/probe"
)

func start(t *testing.T, s *scenarios.Scenario) *serve.Server {
	t.Helper()
	sv, err := serve.Start(s, serve.Options{Now: time.Now})
	require.NoError(t, err)
	t.Cleanup(sv.Close)
	return sv
}

func find(t *testing.T, name string) *scenarios.Scenario {
	t.Helper()
	list, err := scenarios.Find(name)
	require.NoError(t, err)
	return list[0]
}

// The table names every port of every host, and finds its way when it was
// written and read again.
func TestTable(t *testing.T) {
	t.Parallel()
	sv := start(t, find(t, "mx/first-unreachable"))
	var b bytes.Buffer
	require.NoError(t, sv.Table().Write(&b))
	table, err := serve.ReadTable(&b)
	require.NoError(t, err)
	assert.Equal(t, sv.Table(), table)
	assert.Equal(t, "mx/first-unreachable", table.Scenario)
	assert.Equal(t, "example.com", table.Domain)
	require.Len(t, table.Ports, 2)
	assert.Equal(t, netip.MustParseAddrPort("192.0.2.1:25"), table.Ports[0].Address)
	assert.Equal(t, []string{"mx1.example.com"}, table.Ports[0].Names)
	assert.Empty(t, table.Ports[0].At, "every connection is refused")
	assert.Regexp(t, `^127\.0\.0\.1:[0-9]+$`, table.Ports[1].At)

	_, err = table.Dial(t.Context(), "tcp", "192.0.2.1:25")
	assert.ErrorIs(t, err, syscall.ECONNREFUSED, "the host refuses")
	_, err = table.Dial(t.Context(), "tcp", "192.0.2.99:25")
	assert.ErrorIs(t, err, syscall.ECONNREFUSED, "nobody is there")
	_, err = table.Dial(t.Context(), "tcp", "mx2.example.com:25")
	assert.Error(t, err, "a name is not dialled")
	c, err := table.Dial(t.Context(), "tcp", "192.0.2.2:25")
	require.NoError(t, err)
	assert.Equal(t, table.Ports[1].At, c.RemoteAddr().String())
	c.Close()
	d, err := table.Dial(t.Context(), "udp", table.DNS)
	require.NoError(t, err)
	d.Close()
}

// Web hosts stand in the table behind the MX hosts, each address once.
func TestTableOfTheWeb(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(`title: t
domain: example.com
zone: |
  example.com.      300 IN MX 10 mx1.example.com.
  mx1.example.com.  300 IN A  192.0.2.1
  www.example.com.  300 IN A  192.0.2.1
  dead.example.com. 300 IN A  192.0.2.2
certs:
  mx: SAN=example.com crl=http://www.example.com/a.crl,http://www.example.com/b.crl,http://dead.example.com/
hosts:
  192.0.2.1: mx
web:
  http://www.example.com/a.crl: crl
  http://www.example.com/b.crl: crl until=-1d
  http://dead.example.com/: connect=refused
`))
	require.NoError(t, err)
	table := start(t, s).Table()
	require.Len(t, table.Ports, 3)
	web := table.Ports[1]
	assert.Equal(t, serve.Port{Names: []string{"mx1.example.com", "www.example.com"}, Address: netip.MustParseAddrPort("192.0.2.1:80"),
		At: web.At, Host: "http://www.example.com/a.crl: crl"}, web)
	assert.NotEmpty(t, web.At)
	assert.Empty(t, table.Ports[2].At, "every connection is refused")

	client := &probe.Client{Resolver: table.DNS, Now: time.Now, Dial: table.Dial}
	got, err := client.Fetch(t.Context(), verify.Request{URL: "http://www.example.com/b.crl"}, probe.FetchTimeout)
	require.NoError(t, err)
	_, err = x509.ParseRevocationList(got.Body)
	assert.NoError(t, err)
}

func TestReadTableRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{}", "[]", "scenario: x", `{"dns": 5}`} {
		_, err := serve.ReadTable(strings.NewReader(text))
		assert.Error(t, err, "%q", text)
	}
}

// Close ends what was served.
func TestClose(t *testing.T) {
	t.Parallel()
	sv := start(t, find(t, "hosted/ptr-not-mx"))
	table := sv.Table()
	sv.Close()
	_, err := table.Dial(t.Context(), "tcp", "192.0.2.1:25")
	assert.True(t, errors.Is(err, syscall.ECONNREFUSED), "%v", err)
	sv.Close()
}

// real matches the scenarios that this test leaves out: those in which somebody
// is kept waiting, which takes minutes here, and those that tell a sender from
// others.
var real = regexp.MustCompile(`silent|delay|latency|tarpit|bandwidth|timeout|loss|half-record|corrupt`)

// The receiver test of a world that is served, over real sockets and in real
// time, tells the same as that of the world itself.
func TestServedWorldsAreTheSame(t *testing.T) {
	t.Parallel()
	all, err := scenarios.Find()
	require.NoError(t, err)
	compared := 0
	for _, s := range all {
		if len(s.Findings) == 0 || len(s.Routes) > 0 || !plain(s) {
			continue
		}
		compared++
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			w := world.Start(t, s)
			want, err := w.Check(t.Context(), finding.Test{Injection: true}, scenarios.Modes(), 0)
			require.NoError(t, err)
			assert.Equal(t, text(want), text(tested(t, s)))
		})
	}
	assert.Greater(t, compared, 40, "scenarios compared")
}

// plain tells whether a scenario keeps nobody waiting.
func plain(s *scenarios.Scenario) bool {
	for _, f := range s.Faults {
		if real.MatchString(string(f.Kind)) {
			return false
		}
	}
	for _, h := range s.Hosts {
		if h.Script != "" || len(h.Lines()) > 1 {
			return false
		}
		for _, f := range h.Host.Faults {
			if real.MatchString(string(f)) {
				return false
			}
		}
	}
	return true
}

// tested makes the receiver test of a world that is served, as mxlab check does.
func tested(t *testing.T, s *scenarios.Scenario) *check.Report {
	t.Helper()
	sv := start(t, s)
	table := sv.Table()
	client := &probe.Client{Resolver: table.DNS, Now: time.Now, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		return table.Dial(ctx, network, address)
	}}
	ev := verify.Evidence{Domain: table.Domain, Now: time.Now(), Anchors: sv.Roots()}
	r, err := check.Tester{Client: client, Test: finding.Test{Injection: true}, Products: table.Products()}.Run(t.Context(), &ev, scenarios.Modes())
	require.NoError(t, err)
	require.NoError(t, sv.Err())
	return r
}

func text(r *check.Report) string {
	var b bytes.Buffer
	report.Check(&b, r, false, report.Style{Stable: true})
	return b.String()
}
