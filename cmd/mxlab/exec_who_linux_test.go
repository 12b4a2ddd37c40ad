package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Who runs exec: whoever runs the tests, and if that is root, an ordinary user
// without subordinate ids, and one with some.
const (
	oneself = "oneself"
	alone   = "alone"
	many    = "many"
)

// nobody is a user that every system has.
const nobody = 65534

// mxlabAs gives a call of mxlab by a user. It skips the test where the machine
// cannot do it.
func mxlabAs(t *testing.T, who string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "/proc/self/exe", args...)
	cmd.Args[0] = "mxlab"
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "HOME=/")
	switch who {
	case alone:
		root(t)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	case many:
		root(t)
		for _, tool := range []string{"newuidmap", "unshare", "setpriv"} {
			if _, err := exec.LookPath(tool); err != nil {
				t.Skipf("%s is missing; install uidmap and util-linux to try exec as a user with subordinate ids", tool)
			}
		}
		ids := filepath.Join(t.TempDir(), "subid")
		require.NoError(t, os.WriteFile(ids, fmt.Appendf(nil, "%d:100000:65536\n", nobody), 0o644))
		// newuidmap believes nobody but these files.
		script := `mount --bind "$0" /etc/subuid && mount --bind "$0" /etc/subgid && exec setpriv --reuid 65534 --regid 65534 --clear-groups bash -c 'exec -a mxlab "$0" "$@"' "$@"`
		self, err := os.Executable()
		require.NoError(t, err)
		cmd = exec.CommandContext(ctx, "unshare", append([]string{"-m", "bash", "-c", script, ids, visible(t, self)}, args...)...)
		cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0", "HOME=/")
	}
	cmd.Dir = "/"
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

func root(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can run exec as another user; run the tests as root to try it")
	}
}

// visible gives a copy of a program that every user can run.
func visible(t *testing.T, program string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "mxlab")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	text, err := os.ReadFile(program)
	require.NoError(t, err)
	path := filepath.Join(dir, "mxlab")
	require.NoError(t, os.WriteFile(path, text, 0o755))
	return path
}

// An outcome is how a call ended.
type outcome struct {
	stdout, stderr string
	status         int
}

// ran runs a call to its end. It skips the test where there can be no world.
func ran(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	o := outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
	if o.status == notHeld && strings.Contains(o.stderr, "does not allow namespaces") {
		t.Skip(strings.TrimSpace(o.stderr))
	}
	return o
}

// inside runs a shell script in the world of a scenario.
func inside(t *testing.T, who, scenario, script string) outcome {
	t.Helper()
	return ran(t, mxlabAs(t, who, "exec", scenario, "--", "sh", "-c", script))
}
