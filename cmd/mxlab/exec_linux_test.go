package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
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

// TestExecWorld: names, addresses, authorities and the host name are the world's,
// whoever asks.
func TestExecWorld(t *testing.T) {
	t.Parallel()
	for _, who := range []string{oneself, alone, many} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			machines, err := os.CreateTemp("", "of-the-machine")
			require.NoError(t, err)
			defer os.Remove(machines.Name())
			o := inside(t, who, "hosted/ptr-not-mx", `
				hostname
				getent hosts mx01.subd.emailhosted.not
				grep nameserver /etc/resolv.conf
				ls /run /var/tmp
				test -e `+machines.Name()+` || echo another /tmp
				grep -c BEGIN "$SSL_CERT_FILE"
				stat -c 'files of root %u:%g' /etc/passwd
				ls -d /proc/[0-9]* | wc -l
				cat /proc/net/dev | grep -c :
				echo here > /etc/new && echo there > /tmp/new && echo off > /dev/shm/new && cat /etc/new /tmp/new /dev/shm/new
				echo x > /usr/new || echo refused`)
			assert.Equal(t, 0, o.status, o.stderr)
			want := `^mail\.sender\.example
192\.0\.2\.1 +mx01\.subd\.emailhosted\.not
nameserver 198\.51\.100\.53
/run:
lock

/var/tmp:
another /tmp
1
files of root 0:0
[34]
2
here
there
off
refused
$`
			assert.Regexp(t, regexp.MustCompile(want), o.stdout)
			assert.NoFileExists(t, "/usr/new")
			assert.NoFileExists(t, "/etc/new")
			assert.NoFileExists(t, "/dev/shm/new")
			if who == alone {
				assert.Regexp(t, `^mxlab: programs that change their user, as mail servers do, will fail: [^\n]*; have root [^\n]*\n`, o.stderr)
			} else {
				assert.NotContains(t, o.stderr, "mxlab:")
			}
		})
	}
}

// TestExecIDs: a program changes its user, where it has any.
func TestExecIDs(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]int{oneself: 0, alone: 1, many: 0} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			if who == oneself {
				root(t)
			}
			if _, err := exec.LookPath("setpriv"); err != nil {
				t.Skip("setpriv is missing; install util-linux to change the user in a world")
			}
			o := inside(t, who, "hosted/ptr-not-mx", `setpriv --reuid 8 --regid 8 --clear-groups id -u || exit 1; grep -q 'CapAmb:.0*$' /proc/self/status && grep -q 'CapInh:.0*$' /proc/self/status`)
			assert.Equal(t, want, o.status, o.stderr)
			if want == 0 {
				assert.Equal(t, "8\n", o.stdout)
			}
		})
	}
}

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

// TestExecAtOnce: worlds know nothing of each other, although they have the same
// addresses.
func TestExecAtOnce(t *testing.T) {
	t.Parallel()
	ran(t, mxlabAs(t, oneself, "exec", "hosted/ptr-not-mx", "--", "true")) // or skip
	type visit struct {
		host, want string
		cmd        *exec.Cmd
		in         io.WriteCloser
		out        *bufio.Reader
	}
	visits := map[string]*visit{
		"hosted/ptr-not-mx": {host: "mx02.subd.emailhosted.not", want: "192.0.2.2"},
		"mx/greeting-554":   {host: "mx1.example.com", want: "192.0.2.1"},
		"dns/dual-stack":    {host: "mx1.example.com", want: "2001:db8::1"},
	}
	for scenario, v := range visits {
		v.cmd = mxlabAs(t, oneself, "exec", scenario, "--", "sh", "-c", "echo ready; read go; getent hosts "+v.host)
		v.cmd.Stderr = os.Stderr
		var err error
		v.in, err = v.cmd.StdinPipe()
		require.NoError(t, err)
		out, err := v.cmd.StdoutPipe()
		require.NoError(t, err)
		v.out = bufio.NewReader(out)
		require.NoError(t, v.cmd.Start())
	}
	for _, v := range visits {
		line, err := v.out.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "ready\n", line)
	}
	for scenario, v := range visits {
		fmt.Fprintln(v.in, "go")
		line, err := v.out.ReadString('\n')
		require.NoError(t, err, scenario)
		assert.Equal(t, []string{v.want, v.host}, strings.Fields(line), scenario)
		require.NoError(t, v.cmd.Wait(), scenario)
	}
}

// TestExecAgrees: what check finds out from inside, by sockets and the system's
// own resolver and authorities, is what the scenario's own run comes to.
func TestExecAgrees(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	bin := visible(t, self)
	for _, name := range []string{"hosted/ptr-not-mx", "chain/expired", "chain/intermediate-missing", "mx/dual-stack-one-bad-address", "mx/first-unreachable", "mx/null-mx",
		"mx/lookup-servfail", "starttls/garbage-after-220", "starttls/not-offered", "sni/self-signed-without-sni", "tls/tls10-sunset", "tls/rsa-key"} {
		all, err := scenarios.Find(name)
		require.NoError(t, err, name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := all[0]
			modes := s.Policies(scenarios.Modes())
			want, err := world.Start(t, s).Run(t.Context(), modes)
			require.NoError(t, err)

			cmd := mxlabAs(t, oneself, "exec", s.Name, "--", "mxlab", "check", s.Domain, "--from", "sender@sender.example", "--json")
			cmd.Env = append(cmd.Env, "PATH="+filepath.Dir(bin)+":"+os.Getenv("PATH"))
			o := ran(t, cmd)
			var got struct {
				Modes []struct{ Mode, Outcome, Reason, Detail, Match, Via string }
			}
			require.NoError(t, json.Unmarshal([]byte(o.stdout), &got), o.stdout+o.stderr)
			require.Len(t, got.Modes, len(modes))
			for i, m := range want.Modes {
				d := m.Delivery
				assert.Equal(t, fmt.Sprint(m.Policy.Mode(), d.Outcome, d.Reason, d.Match, d.Via),
					fmt.Sprint(got.Modes[i].Mode, got.Modes[i].Outcome, got.Modes[i].Reason, got.Modes[i].Match, got.Modes[i].Via))
			}
		})
	}
}

// TestExecPostfix: a whole mail server, of several users and with a root of its
// own (chroot), delivers what the scenario lets it.
func TestExecPostfix(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("postfix"); err != nil {
		t.Skip("postfix is missing; install it to run a mail server in a world")
	}
	const script = `
		printf '%s\n' 'compatibility_level = 3.6' 'maillog_file = /var/log/postfix.log' 'mydestination =' 'alias_maps =' \
			'smtp_tls_security_level = verify' 'smtp_tls_CApath = /etc/ssl/certs' 'smtp_tls_loglevel = 1' > /etc/postfix/main.cf
		postfix start 2>/dev/null
		printf 'Subject: test\n\nhi\n' | sendmail -f a@sender.example r@example.com 2>/dev/null
		tail -n +1 -F /var/log/postfix.log 2>/dev/null | grep -m1 status= >/dev/null
		grep -oE '[A-Z][a-z]+ TLS connection established to [^:]*|status=[a-z]*' /var/log/postfix.log`
	for _, who := range []string{oneself, many} {
		for scenario, want := range map[string]string{
			"hosted/recipient-domain-in-san": "Verified TLS connection established to mx1.hoster.example[192.0.2.1]\nstatus=sent\n",
			"chain/expired":                  "Untrusted TLS connection established to mx1.example.com[192.0.2.1]\nstatus=deferred\n",
		} {
			t.Run(who+"/"+scenario, func(t *testing.T) {
				t.Parallel()
				root(t)
				o := inside(t, who, scenario, script)
				assert.Equal(t, 0, o.status, o.stderr)
				assert.Equal(t, want, o.stdout)
			})
		}
	}
}
