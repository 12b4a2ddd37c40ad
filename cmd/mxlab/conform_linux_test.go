package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios/conform"
)

// conformed is a part of what conform --json writes.
type conformed struct {
	Trials []struct {
		Scenario, Mode, Verdict, Why, Fate string
		Differ, Said, Took                 []string
		Tries                              int
	}
	Holds   bool
	Summary string
}

// conformAs runs conform, and gives its results and its exit status.
func conformAs(t *testing.T, args ...string) (conformed, outcome) {
	t.Helper()
	o := ran(t, mxlabAs(t, oneself, append([]string{"conform", "--json"}, args...)...))
	var c conformed
	if o.stdout != "" {
		require.NoError(t, json.Unmarshal([]byte(o.stdout), &c), o.stdout)
	}
	return c, o
}

// TestConform: each driver whose program is here agrees with its modes on a handful
// of scenarios. The whole catalogue is tried by .ci/run.
func TestConform(t *testing.T) {
	t.Parallel()
	for _, d := range conform.Drivers() {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			root(t)
			if _, _, err := d.Here(os.Getenv("MXLAB_TREES")); err != nil {
				t.Skipf("%s is not here; %s", d.Title, d.Install)
			}
			if !d.Compares() {
				t.Skipf("there is no mode that %s is compared with", d.Name)
			}
			c, o := conformAs(t, "--driver", d.Name, "chain/expired", "chain/untrusted-root", "hosted/recipient-domain-in-san",
				"starttls/not-offered", "starttls/refused-454", "mx/second-host-verifies", "smtp/rcpt-550")
			if strings.Contains(o.stdout, "has no TLS; install") {
				t.Skipf("%s has no TLS here; install libnet-ssleay-perl", d.Name)
			}
			assert.Equal(t, 0, o.status, "%s\n%s", o.stderr, o.stdout)
			agree := 0
			for _, x := range c.Trials {
				if x.Verdict == string(conform.Agree) {
					agree++
				}
			}
			assert.GreaterOrEqual(t, agree, 5, o.stdout)
		})
	}
}

// TestConformTells: a sender that says what is not so disagrees, when it was
// asked three times, and one that says nothing is not found out.
func TestConformTells(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	script := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o755))
		return path
	}
	junit := filepath.Join(dir, "junit.xml")
	c, o := conformAs(t, "--driver", script("liar", `echo '{"outcome": "verified", "said": "trust me"}'`), "--mode", "esa/required-verify", "--junit", junit, "chain/expired", "hosted/ptr-not-mx")
	require.Equal(t, 1, o.status, o.stderr)
	require.Len(t, c.Trials, 2)
	assert.Equal(t, "disagree", c.Trials[0].Verdict)
	assert.Equal(t, []string{"the mode says deferred certificate-expired via mx1.example.com, the sender sent"}, c.Trials[0].Differ)
	assert.Equal(t, []string{"trust me"}, c.Trials[0].Said)
	assert.Equal(t, 3, c.Trials[0].Tries)
	assert.Equal(t, "agree", c.Trials[1].Verdict)
	assert.Equal(t, 1, c.Trials[1].Tries)
	assert.Equal(t, "1 agree, 1 disagree.", c.Summary)
	text, err := os.ReadFile(junit)
	require.NoError(t, err)
	assert.Contains(t, string(text), `tests="2" failures="1" errors="0" skipped="0"`)
	assert.Contains(t, string(text), `<testcase classname="esa/required-verify" name="chain/expired">`)

	for name, text := range map[string]string{"dead": "exit 7", "mute": "", "odd": `echo '{"outcome": "perhaps"}'`, "loose": `echo '{"outcome": "deferred", "reason": "bad luck"}'`} {
		c, o := conformAs(t, "--driver", script(name, text), "--mode", "esa/required-verify", "chain/expired")
		assert.Equal(t, 1, o.status, name)
		require.Len(t, c.Trials, 1, name)
		assert.Equal(t, "not found out", c.Trials[0].Verdict, name)
		assert.NotEmpty(t, c.Trials[0].Why, name)
	}
}

// TestConformExample: the verifier that docs/conform.md prints is as good as the
// setting that it is compared with.
func TestConformExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/conform.md")
	require.NoError(t, err)
	_, program, _ := strings.Cut(string(text), "```go\n")
	program, _, _ = strings.Cut(program, "```")
	lines := strings.Count(program, "\n")
	assert.Less(t, lines, 46, "it is told to be short")
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o644))
	out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "verifier"), filepath.Join(dir, "main.go")).CombinedOutput()
	require.NoError(t, err, string(out))
	c, o := conformAs(t, "--driver", filepath.Join(dir, "verifier"), "--mode", "opensmtpd/relay-tls", "chain/expired", "chain/untrusted-root", "hosted/ptr-not-mx", "hosted/wildcard-matches-mx",
		"mx/second-host-verifies", "starttls/not-offered", "starttls/refused-454", "identity/wrong-host")
	assert.Equal(t, 0, o.status, "%s\n%s", o.stderr, o.stdout)
	require.Len(t, c.Trials, 8, o.stderr)
	fates := map[string]int{}
	for _, x := range c.Trials {
		assert.Equal(t, "agree", x.Verdict, fmt.Sprint(x))
		fates[x.Fate]++
	}
	assert.Len(t, fates, 2, "some are sent, some are not")
}

// TestConformWrongly: what is wrong is said before anything is done.
func TestConformWrongly(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		args []string
		want string
	}{
		{nil, "conform wants a driver"},
		{[]string{"--driver", "posfix"}, `there is no driver "posfix"; did you mean "postfix"?`},
		{[]string{"--driver", "./x"}, "a command is compared with a mode"},
		{[]string{"--driver", "opensmtpd", "no/such"}, "no/such"},
	} {
		o := ran(t, mxlabAs(t, oneself, append([]string{"conform"}, tc.args...)...))
		assert.Equal(t, 2, o.status, o.stderr)
		assert.Contains(t, o.stderr, tc.want)
	}
}
