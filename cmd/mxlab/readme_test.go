package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// documents are what a user reads, from this folder.
func documents(t *testing.T) []string {
	t.Helper()
	docs, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	return append([]string{"../../README.md"}, docs...)
}

// A block is a fenced part of a document.
type block struct {
	language string
	text     string
	at       int // where text begins in the document
}

var fence = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")

func blocks(document string) []block {
	var all []block
	for _, m := range fence.FindAllStringSubmatchIndex(document, -1) {
		all = append(all, block{document[m[2]:m[3]], document[m[4]:m[5]], m[4]})
	}
	return all
}

// TestDocumentedOutput: what a console block shows is what the command prints.
// With -update it is written anew.
func TestDocumentedOutput(t *testing.T) {
	t.Parallel()
	shown := 0
	for _, file := range documents(t) {
		old, err := os.ReadFile(file)
		require.NoError(t, err)
		written := string(old)
		for _, b := range blocks(string(old)) {
			if b.language != "console" {
				continue
			}
			shown++
			prompt, output, _ := strings.Cut(b.text, "\n")
			got := prompt + "\n" + mxlab(t, strings.TrimPrefix(prompt, "$ "), 0)
			if *update {
				written = strings.Replace(written, b.text, got, 1)
				continue
			}
			assert.Equal(t, got, prompt+"\n"+output, "%s: %s", file, prompt)
		}
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(written), 0o666))
		}
	}
	assert.NotZero(t, shown, "console blocks")
}

// TestDocumentedCommands: each command that a document names, in a block or in
// the text, runs. my-incident.yaml is the document's own scenario, and what is
// written to files goes elsewhere. check asks the internet, serve does not end by
// itself, and exec is not for every system, so only their usage is tried.
func TestDocumentedCommands(t *testing.T) {
	t.Parallel()
	command := regexp.MustCompile("go run \\./cmd/mxlab [^`#\n]+")
	seen := 0
	for _, file := range documents(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, line := range command.FindAllString(string(text), -1) {
			line = strings.TrimSpace(line)
			seen++
			t.Run(line, func(t *testing.T) {
				t.Parallel()
				if strings.Contains(line, " check ") || strings.Contains(line, " serve ") || strings.Contains(line, " exec ") {
					line, _, _ = strings.Cut(line, " -- ")
					line += " --help"
				}
				incident := filepath.Join(t.TempDir(), "my-incident.yaml")
				for _, b := range blocks(string(text)) {
					if b.language == "yaml" {
						require.NoError(t, os.WriteFile(incident, []byte(b.text), 0o600))
					}
				}
				line = strings.Replace(line, "-o certs", "-o "+t.TempDir(), 1)
				mxlab(t, strings.Replace(line, "my-incident.yaml", incident, 1), 0)
			})
		}
	}
	assert.NotZero(t, seen, "commands in the documents")
}

// TestDocumentedScenarios: each scenario that a document prints can be read,
// and its claims hold.
func TestDocumentedScenarios(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, file := range documents(t) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for i, b := range blocks(string(text)) {
			if b.language != "yaml" {
				continue
			}
			seen++
			t.Run(fmt.Sprintf("%s/%d", filepath.Base(file), i), func(t *testing.T) {
				t.Parallel()
				s, err := scenarios.Parse(file, filepath.Base(file), []byte(b.text))
				require.NoError(t, err)
				claims := 0
				for _, s := range s.Story().Worlds {
					claims += len(s.Expect) + len(s.Findings) + len(s.Receive)
					r, err := world.Start(t, s).Run(t.Context(), world.Policies(s, scenarios.Modes()))
					require.NoError(t, err)
					assert.Empty(t, r.Strays)
					assert.Empty(t, r.BrokenFindings())
					for _, m := range r.Modes {
						assert.Empty(t, m.Disagreement())
						assert.Empty(t, m.Broken(), m.Delivery.Words())
					}
					for _, got := range r.Received {
						assert.Empty(t, got.Disagreement())
						assert.Empty(t, got.Broken(), got.Words())
					}
				}
				assert.NotZero(t, claims, "claims")
			})
		}
	}
	assert.NotZero(t, seen, "scenarios in the documents")
}

// mxlab runs a command line as a document prints it, and gives what it writes
// to the standard output.
func mxlab(t *testing.T, line string, status int) string {
	t.Helper()
	args := strings.Fields(strings.TrimPrefix(line, "go run ./cmd/mxlab"))
	var stdout, stderr bytes.Buffer
	require.Equal(t, status, run(t.Context(), args, &stdout, &stderr), "%s\n%s%s", line, stdout.String(), stderr.String())
	return stdout.String()
}
