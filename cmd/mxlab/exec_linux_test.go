package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios/serve"
)

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
			} else if os.Geteuid() == 0 {
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

// TestExecRefused: where there can be no namespaces, as in a chroot, one line says
// so and what to do.
func TestExecRefused(t *testing.T) {
	t.Parallel()
	root(t)
	if _, err := exec.LookPath("unshare"); err != nil {
		t.Skip("unshare is missing; install util-linux to make a chroot")
	}
	self, err := os.Executable()
	require.NoError(t, err)
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "unshare", "-m", "sh", "-c", `mount --rbind / "$0" && exec chroot "$0" "$1" exec hosted/ptr-not-mx -- true`, dir, visible(t, self))
	out, err := cmd.CombinedOutput()
	if strings.Contains(string(out), "unshare:") || strings.Contains(string(out), "mount:") {
		t.Skipf("this machine does not allow a chroot to be made: %s", out)
	}
	require.Error(t, err)
	assert.Equal(t, notHeld, cmd.ProcessState.ExitCode())
	assert.Regexp(t, `^mxlab: this machine does not allow namespaces \([^\n]*\): [^\n]+\n$`, string(out))
}

// TestExecAtOnce: four worlds for commands, and two that are served, know nothing
// of each other, although they have the same addresses.
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
		"dns/underscore":    {host: "mx_1.example.com", want: "192.0.2.1"},
	}
	served := map[string]string{"mx/greeting-554": "554", "chain/expired": "220"}
	greets := map[string]func() string{}
	for scenario := range served {
		cmd := mxlabAs(t, oneself, "serve", scenario, "--json", "--quiet", "--control", "off")
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		defer cmd.Wait()
		defer cmd.Process.Signal(syscall.SIGTERM)
		table, err := serve.ReadTable(out)
		require.NoError(t, err)
		greets[scenario] = func() string {
			c, err := table.Dial(t.Context(), "tcp", "192.0.2.1:25")
			require.NoError(t, err, scenario)
			defer c.Close()
			code := make([]byte, 3)
			_, err = io.ReadFull(c, code)
			require.NoError(t, err, scenario)
			return string(code)
		}
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
	for scenario, want := range served {
		assert.Equal(t, want, greets[scenario](), scenario)
	}
	for scenario, v := range visits {
		fmt.Fprintln(v.in, "go")
		line, err := v.out.ReadString('\n')
		require.NoError(t, err, scenario)
		assert.Equal(t, []string{v.want, v.host}, strings.Fields(line), scenario)
		require.NoError(t, v.cmd.Wait(), scenario)
	}
}
