package main

import (
	"fmt"
	"io"
	"net/http"
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

// serveDocument gives docs/serve.md, and a server of the scenario in it.
func serveDocument(t *testing.T) (string, string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/serve.md")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "incident.yaml")
	for _, b := range blocks(string(text)) {
		if b.language == "yaml" {
			require.NoError(t, os.WriteFile(file, []byte(b.text), 0o600))
		}
	}
	list, err := scenarios.Find(file)
	require.NoError(t, err)
	l, err := serve.ListenControl("127.0.0.1:0")
	require.NoError(t, err)
	o := serve.Options{Now: time.Now, Journal: serve.NewJournal(time.Now, nil), Control: l.Addr()}
	sv, err := serve.Start(list[0], o)
	require.NoError(t, err)
	t.Cleanup(sv.Close)
	t.Cleanup(serve.StartControl(l, sv, serve.NewDirector(sv, list[0], nil), o.Journal).Close)
	return string(text), sv.Table().Control
}

// Each command of docs/serve.md that asks the control does what it says.
func TestDocumentedControl(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed; the package curl has it")
	}
	text, control := serveDocument(t)
	seen := 0
	for line := range strings.Lines(text) {
		command, ok := strings.CutPrefix(line, "    ")
		if !ok || !strings.Contains(command, "curl ") {
			continue
		}
		seen++
		out, err := shellRuns(t, "CONTROL="+control+"; "+command)
		assert.NoError(t, err, "%s%s", command, out)
	}
	assert.Greater(t, seen, 6, "commands that ask the control")
}

// The document lists the requests as the control does, and every client.
func TestDocumentedRequests(t *testing.T) {
	t.Parallel()
	text, control := serveDocument(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, control, nil)
	require.NoError(t, err)
	r.Close = true
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	text = strings.ReplaceAll(text, "`", "")
	requests := 0
	for line := range strings.Lines(string(page)) {
		words := strings.Fields(line)
		requests++
		row := fmt.Sprintf("| %s %s | %s |\n", words[0], words[1], strings.Join(words[2:], " "))
		assert.True(t, strings.Contains(text, row), "the document lacks the row %s", row)
	}
	assert.Greater(t, requests, 10)
	for _, client := range report.Clients() {
		assert.True(t, strings.Contains(text, "| "+client+" | "), "the document lacks %s", client)
	}
}
