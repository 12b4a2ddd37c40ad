package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTerminal(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer file.Close()
	r, pipe, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	defer pipe.Close()
	assert.False(t, terminal(&bytes.Buffer{}), "a buffer is no terminal")
	assert.False(t, terminal(file), "a file is no terminal")
	assert.False(t, terminal(pipe), "a pipe is no terminal")
}

func TestColours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		goos string
		env  map[string]string
		want bool
	}{
		{"linux", nil, true},
		{"linux", map[string]string{"TERM": "xterm"}, true},
		{"linux", map[string]string{"TERM": "dumb"}, false},
		{"linux", map[string]string{"NO_COLOR": "1"}, false},
		{"linux", map[string]string{"NO_COLOR": ""}, true},
		{"windows", nil, false},
		{"windows", map[string]string{"WT_SESSION": "x"}, true},
		{"windows", map[string]string{"WT_SESSION": "x", "NO_COLOR": "1"}, false},
	} {
		assert.Equal(t, c.want, colours(c.goos, func(k string) string { return c.env[k] }), "colours on %s with %v", c.goos, c.env)
	}
}
