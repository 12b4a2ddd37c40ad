package scenarios_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

var update = flag.Bool("update", false, "rewrite the messages beside the files of testdata/mistakes")

// Each file of testdata/mistakes has a mistake, and beside it stand the
// messages that it leads to.
func TestMistakes(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/mistakes/*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 15)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			require.NoError(t, err)
			// Kept out of the file, so that every editor can open it.
			src = bytes.ReplaceAll(src, []byte(`\xe9`), []byte{0xe9})
			s, err := scenarios.Parse(name+".yaml", name, src)
			require.Error(t, err, "the file has a mistake")
			assert.Nil(t, s, "with a mistake there is no scenario")
			var mistakes scenarios.Errors
			require.True(t, errors.As(err, &mistakes), "the error is Errors, not %T", err)
			checkPlaces(t, src, mistakes)
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(err.Error()+"\n"), 0o666))
			}
			want, readErr := os.ReadFile(golden)
			require.NoError(t, readErr)
			assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), err.Error()+"\n")
		})
	}
}

// checkPlaces looks whether every mistake is in the file, at the line that it
// shows, in order.
func checkPlaces(t *testing.T, src []byte, mistakes scenarios.Errors) {
	t.Helper()
	lines := strings.Split(string(bytes.TrimPrefix(src, []byte("\ufeff"))), "\n")
	last := 0
	for _, e := range mistakes {
		require.True(t, e.Line >= 1 && e.Line <= len(lines), "line %d of %d: %s", e.Line, len(lines), e.Msg)
		require.GreaterOrEqual(t, e.Col, 1, e.Msg)
		require.LessOrEqual(t, e.Col, len([]rune(e.Source))+1, "the column is in the line: %s", e.Msg)
		require.GreaterOrEqual(t, e.Line, last, "mistakes are in the order of the file")
		require.NotEmpty(t, e.Msg)
		last = e.Line
	}
}
