package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios/serve"
)

// served is a command of the scripts: it starts mxlab serve with its arguments
// as a process of its own, and goes on when the world is up. At the end of the
// script it is terminated.
func served(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: served ARGS...")
	}
	cmd := exec.Command("mxlab", append([]string{"serve"}, args...)...)
	cmd.Dir = ts.MkAbs(".")
	stderr, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ready, err := bufio.NewReader(stderr).ReadString('\n')
	if err != nil || !strings.Contains(ready, "the world is up") {
		cmd.Process.Kill()
		cmd.Wait()
		ts.Fatalf("mxlab serve did not come up: %s%v", ready, err)
	}
	ts.Defer(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			ts.Fatalf("mxlab serve ended with %v", err)
		}
	})
}

// serving runs serve until it has printed its table, hands the table to a
// function, and interrupts it.
func serving(t *testing.T, args []string, use func(out *bufio.Reader)) (status int, stderr string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := newSpool()
	var errs bytes.Buffer
	done := make(chan int)
	go func() {
		defer out.end()
		done <- run(ctx, append([]string{"serve"}, args...), out, &errs)
	}()
	use(bufio.NewReader(out))
	cancel()
	status = <-done
	return status, errs.String()
}

// A spool is a pipe that takes all that is written at once.
type spool struct {
	mu     sync.Mutex
	change *sync.Cond
	held   bytes.Buffer
	ended  bool
}

func newSpool() *spool {
	s := new(spool)
	s.change = sync.NewCond(&s.mu)
	return s
}

func (s *spool) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.change.Broadcast()
	return s.held.Write(b)
}

func (s *spool) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.held.Len() == 0 && !s.ended {
		s.change.Wait()
	}
	return s.held.Read(b)
}

func (s *spool) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.change.Broadcast()
}

func TestServeJSON(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "deep", "roots")
	status, stderr := serving(t, []string{"hosted/ptr-not-mx", "--json", "--dir", dir}, func(out *bufio.Reader) {
		var table serve.Table
		require.NoError(t, json.NewDecoder(out).Decode(&table))
		assert.Equal(t, "example.com", table.Domain)
		assert.Len(t, table.Ports, 2)
		assert.Equal(t, filepath.Join(dir, "roots.pem"), table.Roots)
		anchors, err := readBundle(table.Roots)
		require.NoError(t, err)
		assert.Contains(t, anchors[0].Subject.CommonName, "of a lab", "the roots say what they are")
	})
	assert.Equal(t, allHeld, status, "it was interrupted, which is its end; %s", stderr)
	assert.FileExists(t, filepath.Join(dir, "roots.pem"), "a directory that was named stays")
}

// Without --dir nothing is left behind.
func TestServeCleansUp(t *testing.T) {
	t.Parallel()
	roots := ""
	status, stderr := serving(t, []string{"hosted/ptr-not-mx"}, func(out *bufio.Reader) {
		for roots == "" {
			line, err := out.ReadString('\n')
			require.NoError(t, err)
			if words := strings.Fields(line); len(words) == 2 && words[0] == "roots" {
				roots = words[1]
			}
		}
		assert.FileExists(t, roots)
	})
	assert.Equal(t, allHeld, status, stderr)
	assert.NoFileExists(t, roots)
	assert.NoDirExists(t, filepath.Dir(roots))
}

func TestServeMistakes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		args   []string
		status int
		stderr string
	}{
		{nil, usedWrongly, "serve wants one scenario"},
		{[]string{"hosted/prt-not-mx"}, usedWrongly, "did you mean"},
		{[]string{"hosted"}, usedWrongly, "serve takes one scenario, but hosted are 8; the first is hosted/certificate-of-other-mx"},
		{[]string{"hosted/ptr-not-mx", "--listen", "192.0.2.1"}, usedWrongly, "say --beyond-loopback too"},
		{[]string{"hosted/ptr-not-mx", "--listen", "localhost"}, usedWrongly, "it is no address"},
		{[]string{"hosted/ptr-not-mx", "--control", "0.0.0.0:0"}, usedWrongly, "stays on loopback"},
		{[]string{"hosted/ptr-not-mx", "--print", "exin"}, usedWrongly, `did you mean "exim"`},
		{[]string{"hosted/ptr-not-mx", "--print", "exim", "--json"}, usedWrongly, "leave one of them out"},
		{[]string{"mx/null-mx", "--print", "exim"}, usedWrongly, "no host that takes connections"},
		{[]string{"hosted/ptr-not-mx", "--table", filepath.Join(t.TempDir(), "no", "such", "dir")}, notHeld, "write the table"},
	} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, row.status, run(t.Context(), append([]string{"serve"}, row.args...), &stdout, &stderr), "%q", row.args)
		assert.Contains(t, stderr.String(), row.stderr)
		assert.Empty(t, stdout.String())
	}
}
