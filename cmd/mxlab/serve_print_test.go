package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/serve"
)

// configured serves a scenario, and gives the configuration of a client for it.
func configured(t *testing.T, name, client, program, pkg string) (string, *serve.Journal) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("%s is not installed; the package %s has it", program, pkg)
	}
	list, err := scenarios.Find(name)
	require.NoError(t, err)
	o := serve.Options{Now: time.Now, Roots: filepath.Join(t.TempDir(), "the roots.pem"), Journal: serve.NewJournal(time.Now, nil)}
	sv, err := serve.Start(list[0], o)
	require.NoError(t, err)
	t.Cleanup(sv.Close)
	require.NoError(t, writeRoots(sv, o.Roots))
	var text bytes.Buffer
	require.NoError(t, report.Configuration(&text, client, sv.Table()))
	return text.String(), o.Journal
}

// shellRuns runs a text as a shell would, and gives all that it prints.
func shellRuns(t *testing.T, text string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-e", "-c", text).CombinedOutput()
	return string(out), err
}

// The commands work as they are printed, and fail where the scenario has it so.
func TestPrintedOpenSSL(t *testing.T) {
	t.Parallel()
	text, _ := configured(t, "hosted/wildcard-matches-mx", "openssl", "openssl", "openssl")
	out, err := shellRuns(t, text)
	assert.NoError(t, err, "%s%s", text, out)
	assert.Contains(t, out, "Verification: OK")

	text, _ = configured(t, "hosted/ptr-not-mx", "openssl", "openssl", "openssl")
	out, err = shellRuns(t, text)
	assert.Error(t, err)
	assert.Contains(t, strings.ToLower(out), "hostname mismatch", text)
}

func TestPrintedSwaks(t *testing.T) {
	t.Parallel()
	text, journal := configured(t, "hosted/ptr-not-mx", "swaks", "swaks", "swaks")
	out, err := shellRuns(t, text)
	if strings.Contains(out, "TLS not available") {
		t.Skip("swaks does no TLS here; the package libnet-ssleay-perl has it")
	}
	require.NoError(t, err, "%s%s", text, out)
	messages := journal.Messages(0)
	require.Len(t, messages, 2, "one through each host\n%s", out)
	assert.True(t, messages[0].TLS)
	assert.Equal(t, []string{"postmaster@example.com"}, messages[0].To)
}

// Postfix knows every parameter, and finds the way.
func TestPrintedPostfix(t *testing.T) {
	t.Parallel()
	text, _ := configured(t, "hosted/ptr-not-mx", "postfix", "postconf", "postfix")
	dir := t.TempDir()
	for name, text := range map[string]string{"main.cf": "compatibility_level = 3.6\n" + text, "master.cf": "smtp unix - - n - - smtp\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	out, err := shellRuns(t, "postconf -c "+dir+" -n")
	require.NoError(t, err, out)
	assert.NotContains(t, out, "warning", text)
	way, err := shellRuns(t, "postmap -c "+dir+` -q example.com "$(postconf -c `+dir+` -h transport_maps)"`)
	require.NoError(t, err, way)
	to := strings.Fields(strings.TrimPrefix(way, "smtp:"))
	require.Len(t, to, 2, way)
	for _, hop := range to {
		policy, err := shellRuns(t, "postmap -c "+dir+" -q '"+strings.TrimSuffix(hop, ",")+`' "$(postconf -c `+dir+` -h smtp_tls_policy_maps)"`)
		require.NoError(t, err, policy)
		assert.Equal(t, "secure match=example.com:.example.com\n", policy)
	}
}
