package scenarios_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

func TestGoldenOfAFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "a.yaml")
	require.NoError(t, os.WriteFile(file, []byte(short), 0o666))
	load := func() *scenarios.Scenario {
		list, err := scenarios.Find(file)
		require.NoError(t, err)
		require.Len(t, list, 1)
		return list[0]
	}
	_, ok := load().Golden()
	assert.False(t, ok, "no golden file stands beside %s", file)

	golden := filepath.Join(dir, "a.golden")
	for text, want := range map[string]string{"": "", "one\r\ntwo\n": "one\ntwo\n"} {
		require.NoError(t, os.WriteFile(golden, []byte(text), 0o666))
		s := load()
		got, ok := s.Golden()
		assert.True(t, ok, "a golden file of %d octets", len(text))
		assert.Equal(t, want, string(got), "the golden file, its line ends as written")
		place, err := s.GoldenFile()
		require.NoError(t, err)
		assert.Equal(t, golden, place)
		assert.Equal(t, "a", s.GoldenName(), "the folder is not part of the result")
	}

	require.NoError(t, os.WriteFile(golden, []byte(strings.Repeat("x", 5<<20)), 0o666))
	_, err := scenarios.Find(file)
	assert.ErrorContains(t, err, "no golden is")
	require.NoError(t, os.Remove(golden))
	require.NoError(t, os.Mkdir(golden, 0o777))
	_, err = scenarios.Find(file)
	assert.Error(t, err, "a directory of that name is not taken for no golden")
}

func TestGoldenOfTheCatalogueStandsInTheCheckout(t *testing.T) {
	t.Parallel()
	list, err := scenarios.Find("hosted/ptr-not-mx")
	require.NoError(t, err)
	place, err := list[0].GoldenFile() // a test runs in the folder of its package
	require.NoError(t, err)
	wd, err := os.Getwd()
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(wd, "catalog", "hosted", "ptr-not-mx.golden"), place)
	assert.Equal(t, "hosted/ptr-not-mx", list[0].GoldenName())

	list, err = scenarios.Find("catalog/hosted/ptr-not-mx.yaml")
	require.NoError(t, err)
	assert.Equal(t, "hosted/ptr-not-mx", list[0].GoldenName(), "the same scenario, named by its file")
}

func TestGoldenOfAnotherFileSystemHasNoPlace(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Load(fstest.MapFS{
		"t/a.yaml":   {Data: []byte(short)},
		"t/a.golden": {Data: []byte("g\n")},
	}, "t/a.yaml")
	require.NoError(t, err)
	got, ok := s.Golden()
	assert.True(t, ok)
	assert.Equal(t, "g\n", string(got))
	_, err = s.GoldenFile()
	assert.Error(t, err)
}
