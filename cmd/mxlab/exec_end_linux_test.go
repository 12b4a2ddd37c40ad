package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestExecStatus: the command's exit status is passed on.
func TestExecStatus(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]int{"exit 0": 0, "exit 7": 7, "kill -9 $$": 137, "kill -TERM $$": 143, "exit 1": 1} {
		assert.Equal(t, want, inside(t, oneself, "hosted/ptr-not-mx", script).status, script)
	}
	o := ran(t, mxlabAs(t, oneself, "exec", "hosted/ptr-not-mx", "--", "no-such-command"))
	assert.Equal(t, 127, o.status)
	assert.Contains(t, o.stderr, "no-such-command")
	o = ran(t, mxlabAs(t, oneself, "exec", "hosted/ptr-not-mx", "--", "/etc/passwd"))
	assert.Contains(t, []int{126, 127}, o.status)
	assert.Contains(t, o.stderr, "/etc/passwd")
}

// TestExecSignals: a signal goes to the command, which may have its own mind; if
// not, it ends by it.
func TestExecSignals(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		script string
		want   int
	}{
		"handled":     {`trap 'exit 9' TERM; echo ready; while :; do read -t 1 _ </dev/zero; done`, 9},
		"not handled": {`echo ready; exec cat`, 143},
		"at once":     {`exec cat`, 143},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ran(t, mxlabAs(t, oneself, "exec", "hosted/ptr-not-mx", "--", "true")) // or skip
			cmd := mxlabAs(t, oneself, "exec", "hosted/ptr-not-mx", "--", "bash", "-c", tc.script)
			in, err := cmd.StdinPipe()
			require.NoError(t, err)
			defer in.Close()
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			if strings.Contains(tc.script, "ready") {
				_, err = out.Read(make([]byte, 16))
				require.NoError(t, err)
			} else {
				// It has no handler before it has started the process inside.
				require.Eventually(t, func() bool { return len(children(cmd.Process.Pid)) > 0 }, time.Minute, time.Millisecond)
			}
			require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
			cmd.Wait()
			assert.Equal(t, tc.want, cmd.ProcessState.ExitCode())
		})
	}
}

// children gives the processes that a process has started.
func children(pid int) []string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
	all := strings.Fields(string(text))
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, t := range threads {
		text, _ := os.ReadFile(t)
		all = append(all, strings.Fields(string(text))...)
	}
	return all
}

// TestExecLeavesNothing: when it is over, however it ended, there is no process
// left, and with the last process go the namespaces, mounts and files.
func TestExecLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, who := range []string{oneself, alone, many} {
		for how, end := range map[string]func(*exec.Cmd){
			"itself":  func(*exec.Cmd) {},
			"SIGTERM": func(c *exec.Cmd) { c.Process.Signal(syscall.SIGTERM) },
			"SIGKILL": func(c *exec.Cmd) { c.Process.Kill() },
		} {
			t.Run(who+"/"+how, func(t *testing.T) {
				t.Parallel()
				ran(t, mxlabAs(t, who, "exec", "hosted/ptr-not-mx", "--", "true")) // or skip
				before := traces(t)
				// A daemon, in a session of its own, that ignores what can be ignored.
				script := `setsid sh -c 'trap "" TERM HUP INT; exec sleep 86399' & readlink /proc/self/ns/net /proc/self/ns/pid /proc/self/ns/mnt /proc/self/ns/user; echo left > /tmp/left-by-exec; echo left > /run/left-by-exec; `
				if how == "itself" {
					script += `exit 0`
				} else {
					script += `exec sleep 86398`
				}
				cmd := mxlabAs(t, who, "exec", "hosted/ptr-not-mx", "--", "sh", "-c", script)
				out, err := cmd.StdoutPipe()
				require.NoError(t, err)
				require.NoError(t, cmd.Start())
				var spaces []string
				for text := make([]byte, 4096); len(spaces) < 4; {
					n, err := out.Read(text)
					require.NoError(t, err)
					spaces = append(spaces, strings.Fields(string(text[:n]))...)
				}
				end(cmd)
				cmd.Wait()
				assert.Eventually(t, func() bool { return !lives(spaces) }, time.Minute, time.Millisecond, "a process is left in %v", spaces)
				assert.Equal(t, before, traces(t))
			})
		}
	}
}

// lives reports whether a process is in one of the namespaces.
func lives(spaces []string) bool {
	links, _ := filepath.Glob("/proc/[0-9]*/ns/*")
	for _, l := range links {
		at, _ := os.Readlink(l)
		for _, s := range spaces {
			if at == s {
				return true
			}
		}
	}
	return false
}

// traces gives what exec could leave on the machine.
func traces(t *testing.T) (all []string) {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	require.NoError(t, err)
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, "mxlab") {
			all = append(all, line)
		}
	}
	for _, dir := range []string{"/tmp", "/run", "/run/netns", "/dev", "/dev/shm", "/var/tmp", "/etc"} {
		found, _ := filepath.Glob(dir + "/left-by-exec")
		all = append(all, found...)
	}
	links, err := os.ReadDir("/sys/class/net")
	if err == nil {
		for _, l := range links {
			all = append(all, "link "+l.Name())
		}
	}
	return all
}
