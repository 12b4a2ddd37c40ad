package scenarios_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
)

func found(t *testing.T, args ...string) []string {
	t.Helper()
	list, err := scenarios.Find(args...)
	require.NoError(t, err, "Find(%q)", args)
	var out []string
	for _, s := range list {
		out = append(out, s.Name)
	}
	return out
}

func TestFind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, src string) string {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(src), 0o666))
		return path
	}
	one := write("mine/one.yaml", short)
	write("mine/deep/two.yaml", short)
	write("mine/notes.txt", "not a scenario")
	bad := write("bad/a.yaml", strings.Replace(short, "title: t", "titel: t", 1))
	write("bad/b.yaml", strings.Replace(short, "MX 0", "MXX 0", 1))
	slash := filepath.ToSlash(dir)

	all, err := scenarios.Find()
	require.NoError(t, err)
	var stories []string
	for _, s := range all {
		stories = append(stories, s.Story().Name)
	}
	assert.Equal(t, scenarios.List(), slices.Compact(stories), "without names: the whole catalogue")
	assert.Equal(t, []string{"hosted/ptr-not-mx"}, found(t, "hosted/ptr-not-mx"))
	theme := found(t, "hosted")
	assert.Greater(t, len(theme), 1, "a theme is all its scenarios")
	for _, name := range theme {
		assert.True(t, strings.HasPrefix(name, "hosted/"), "%s is of the theme hosted", name)
	}
	assert.Equal(t, []string{slash + "/mine/one"}, found(t, one))
	assert.Equal(t, []string{slash + "/mine/deep/two", slash + "/mine/one"}, found(t, filepath.Join(dir, "mine")))
	assert.Equal(t, []string{slash + "/mine/one", "hosted/ptr-not-mx"}, found(t, one, "hosted/ptr-not-mx"), "in the order asked for")

	list, err := scenarios.Find(bad, filepath.Join(dir, "bad", "b.yaml"))
	assert.Empty(t, list)
	require.ErrorContains(t, err, "a.yaml:1:1")
	require.ErrorContains(t, err, "b.yaml:4:16", "the mistakes of every file asked for are told")

	list, err = scenarios.Find(one, filepath.Join(dir, "bad"))
	assert.Empty(t, list, "with a mistake there are no scenarios")
	var mistakes scenarios.Errors
	require.True(t, errors.As(err, &mistakes), "%v", err)
	files := map[string]bool{}
	for _, e := range mistakes {
		files[filepath.Base(e.File)] = true
	}
	assert.Equal(t, map[string]bool{"a.yaml": true, "b.yaml": true}, files, "the mistakes of all files are told")
	assert.Equal(t, bad, mistakes[0].File, "a file is named so that it can be opened")

	_, err = scenarios.Find("hosted/ptr-not-mxx")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.ErrorContains(t, err, `did you mean "hosted/ptr-not-mx"?`)
	_, err = scenarios.Find("hosted/ptr-not-mx.yaml")
	assert.ErrorIs(t, err, fs.ErrNotExist, "a name with the extension is a file")
	empty := filepath.Join(dir, "empty")
	require.NoError(t, os.Mkdir(empty, 0o777))
	_, err = scenarios.Find(empty)
	assert.ErrorContains(t, err, "there is no .yaml file")
	_, err = scenarios.Find(os.DevNull)
	assert.ErrorContains(t, err, "is not a file")
}
