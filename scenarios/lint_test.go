package scenarios_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

// The catalogue keeps the rules that lint knows.
func TestLintOfTheCatalogue(t *testing.T) {
	t.Parallel()
	for _, name := range scenarios.List() {
		src, err := fs.ReadFile(scenarios.Catalog(), name+".yaml")
		require.NoError(t, err)
		if es := scenarios.Lint(name+".yaml", name, src); len(es) > 0 {
			t.Error(es)
		}
	}
}

// Each file of testdata/lint can be played, and has something that is not what
// its author thinks; beside it stands what lint says.
func TestLint(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/lint/*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 3)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			require.NoError(t, err)
			_, err = scenarios.Parse(filepath.Base(file), "f", src)
			require.NoError(t, err, "the file has no mistake")
			es := scenarios.Lint(filepath.Base(file), "f", src)
			require.NotEmpty(t, es)
			checkPlaces(t, src, es)
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(es.Error()+"\n"), 0o666))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), es.Error()+"\n")
		})
	}
}

// Mistakes come first: what is read wrongly cannot be unused.
func TestLintTellsMistakes(t *testing.T) {
	t.Parallel()
	es := scenarios.Lint("f.yaml", "f", []byte("titel: t\n"))
	require.NotEmpty(t, es)
	assert.Contains(t, es[0].Msg, "did you mean")
	assert.Nil(t, scenarios.Lint("f.yaml", "f", []byte(short)))
}
