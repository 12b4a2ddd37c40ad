package world_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// outside is a test in somebody else's module: it needs the two packages, the
// scenario of an incident, and nothing of this repository's files.
const outside = `package outside

import (
	"bufio"
	"strings"
	"testing"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

func TestIncident(t *testing.T) {
	all, err := scenarios.Find("mx/greeting-554")
	if err != nil {
		t.Fatal(err)
	}
	w := world.Start(t, all[0])
	conn, err := w.Sender().DialContext(t.Context(), "tcp", "192.0.2.1:25")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	greeting, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.HasPrefix(greeting, "WANTED") {
		t.Fatalf("greeting %q, %v", greeting, err)
	}
}
`

// TestFromOutside: another module can use a world in its tests. It is built
// from the module cache, without the network.
func TestFromOutside(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts the go command; run the tests without -short to have it")
	}
	for wanted, want := range map[string]string{"554 ": "ok", "220 ": `greeting "554 `} {
		t.Run(strings.TrimSpace(wanted), func(t *testing.T) {
			t.Parallel()
			out := goTest(t, strings.Replace(outside, "WANTED", wanted, 1))
			assert.Contains(t, out, want)
		})
	}
}

// mySender is the software under test of the README's example.
const mySender = `package outside

import (
	"context"
	"crypto/x509"
	"net"
	"net/textproto"
	"testing"
	"time"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

func mySender(dial func(context.Context, string, string) (net.Conn, error), resolver string, roots []*x509.Certificate, now func() time.Time) error {
	conn, err := dial(context.Background(), "tcp", "192.0.2.1:25")
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	c := textproto.NewConn(conn)
	c.ReadResponse(220)
	for _, line := range []string{"EHLO mail.sender.example", "MAIL FROM:<a@sender.example>", "RCPT TO:<b@example.com>", "DATA", "\r\n.", "QUIT"} {
		c.PrintfLine("%s", line)
		if _, _, err := c.ReadResponse(0); err != nil {
			panic(err)
		}
	}
	return nil
}

`

// TestReadme: the test that README.md prints works in another module.
func TestReadme(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts the go command; run the tests without -short to have it")
	}
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(readme), "```go\n")
	require.True(t, found, "a block of Go in README.md")
	printed, _, _ := strings.Cut(rest, "```")
	assert.Contains(t, goTest(t, mySender+printed), "from a@sender.example, inside TLS: false")
}

// goTest runs a test file in a module of its own, which requires what this
// module requires, and gives what the go command prints.
func goTest(t *testing.T, source string) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	ours, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	_, requirements, found := strings.Cut(string(ours), "module mxlab\n")
	require.True(t, found, "the module line of %s/go.mod", root)

	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":          "module outside.example\n" + requirements + fmt.Sprintf("\nrequire mxlab v0.0.0\n\nreplace mxlab => %q\n", filepath.ToSlash(root)),
		"go.sum":          string(sums),
		"outside_test.go": source,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-v", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		require.NoError(t, err, "run the go command")
	}
	return string(out)
}
