package main_test

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDependencies: docs/dependencies.md gives a reason for each module that
// go.mod requires directly, and for each tool, and for nothing else.
func TestDependencies(t *testing.T) {
	t.Parallel()
	mod, err := fs.ReadFile(repository(), "go.mod")
	require.NoError(t, err)
	page, err := fs.ReadFile(repository(), "docs/dependencies.md")
	require.NoError(t, err)
	versions, tools := required(string(mod))
	named := reasons(string(page))
	assert.Equal(t, slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(versions)), tools...))), slices.Sorted(maps.Keys(named)),
		"the modules and tools of go.mod, and those of docs/dependencies.md")
	for module, reason := range named {
		assert.NotEmpty(t, reason, "the reason of %s", module)
	}
	// v1.7 needs a newer Go than we ask of our users.
	assert.Equal(t, "v1.6.5", versions["github.com/cloudflare/cfssl"], "the version of cfssl")
}

// required reads the direct requirements and the tools of a go.mod, which the
// go command keeps in its own format: one a line. It is read here so that the
// go command knows that a test's result depends on it.
func required(mod string) (versions map[string]string, tools []string) {
	versions = map[string]string{}
	block := ""
	for line := range strings.Lines(mod) {
		words := strings.Fields(line)
		switch {
		case len(words) == 2 && words[1] == "(":
			block = words[0]
			continue
		case len(words) > 0 && words[0] == ")":
			block = ""
			continue
		case block != "":
			words = append([]string{block}, words...)
		}
		switch {
		case len(words) == 3 && words[0] == "require":
			versions[words[1]] = words[2]
		case len(words) == 2 && words[0] == "tool":
			tools = append(tools, words[1])
		}
	}
	return versions, tools
}

// reasons reads the first two columns of the page's tables.
func reasons(page string) map[string]string {
	all := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\S+[./]\S+) \| (.*) \|$`).FindAllStringSubmatch(page, -1) {
		all[row[1]] = strings.TrimSpace(row[2])
	}
	return all
}

func TestRequired(t *testing.T) {
	t.Parallel()
	versions, tools := required(`module mxlab

go 1.26.0

require example.com/single v0.1.0

require (
	example.com/direct v1.2.3
	example.com/indirect v1.0.0 // indirect
)

tool example.com/direct/cmd/lint

tool (
	example.com/direct/cmd/other
)
`)
	assert.Equal(t, map[string]string{"example.com/single": "v0.1.0", "example.com/direct": "v1.2.3"}, versions)
	assert.Equal(t, []string{"example.com/direct/cmd/lint", "example.com/direct/cmd/other"}, tools)
}
