package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios/serve"
)

// until reads lines up to one that begins with the words, and gives it.
func until(t *testing.T, out *bufio.Reader, words ...string) string {
	t.Helper()
	for {
		line, err := out.ReadString('\n')
		require.NoError(t, err, "no line begins with %q", words)
		if fields := strings.Fields(line); len(fields) >= len(words) && strings.Join(fields[:len(words)], " ") == strings.Join(words, " ") {
			return line
		}
	}
}

// ask looks a name up at the DNS server of a table.
func ask(t *testing.T, at, name string) {
	t.Helper()
	r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, at)
	}}
	_, err := r.LookupMX(t.Context(), name)
	require.NoError(t, err)
}

// What happens follows the table, and so does a changed file.
func TestServeShowsWhatHappens(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "f.yaml")
	text := "title: t\ndomain: example.com\nzone: |\n  example.com. 300 IN MX 10 mx.example.com.\n  mx.example.com. 300 IN A 192.0.2.1\nhosts:\n  192.0.2.1: no-tls\n"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	table := filepath.Join(t.TempDir(), "table.json")
	status, stderr := serving(t, []string{file, "--table", table}, func(out *bufio.Reader) {
		dns := strings.Fields(until(t, out, "DNS"))[1]
		at := strings.Fields(until(t, out, "192.0.2.1:25"))[1]
		ask(t, dns, "example.com.")
		assert.Equal(t, "dns   udp MX example.com: NOERROR\n", until(t, out, "dns", "udp", "MX"))
		c, err := net.Dial("tcp", at)
		require.NoError(t, err)
		_, err = c.Write([]byte("EHLO client.test\r\nQUIT\r\n"))
		require.NoError(t, err)
		said, err := io.ReadAll(c)
		require.NoError(t, err)
		c.Close()
		assert.Contains(t, string(said), "221")
		assert.Contains(t, until(t, out, "#1"), "client.test: in clear text; the host's last words: 221 ")

		require.NoError(t, os.WriteFile(file, []byte(text+"  192.0.2.2: no-tls\n"), 0o600))
		until(t, out, "mxlab", "reloaded", file)
		until(t, out, "192.0.2.2:25")
		written, err := os.ReadFile(table)
		require.NoError(t, err)
		assert.Contains(t, string(written), "192.0.2.2:25", "the table is written before it is told")
	})
	assert.Equal(t, allHeld, status, stderr)
}

// A configuration has the standard output for itself.
func TestServePrints(t *testing.T) {
	t.Parallel()
	status, stderr := serving(t, []string{"hosted/ptr-not-mx", "--print", "swaks"}, func(out *bufio.Reader) {
		line, err := out.ReadString('\n')
		require.NoError(t, err)
		assert.Equal(t, "# mx01.subd.emailhosted.not\n", line)
		until(t, out, "#", "swaks", "verifies")
	})
	assert.Equal(t, allHeld, status, stderr)
	assert.Contains(t, stderr, "192.0.2.1:25")
	assert.Contains(t, stderr, "control")
}

// As JSON each thing that happens is an object.
func TestServeTellsJSON(t *testing.T) {
	t.Parallel()
	status, stderr := serving(t, []string{"hosted/ptr-not-mx", "--json"}, func(out *bufio.Reader) {
		d := json.NewDecoder(out)
		var table serve.Table
		require.NoError(t, d.Decode(&table))
		ask(t, table.DNS, "example.com.")
		var q serve.Query
		require.NoError(t, d.Decode(&q))
		assert.Equal(t, []string{"query", "example.com", "MX"}, []string{q.Event, q.Name, q.Type})
	})
	assert.Equal(t, allHeld, status, stderr)
}
