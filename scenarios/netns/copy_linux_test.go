package netns

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCopyTree(t *testing.T) {
	t.Parallel()
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	long := strings.Repeat("x", 100_000)
	require.NoError(t, os.MkdirAll(filepath.Join(from, "a/b"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(from, "a/b/long"), []byte(long), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(from, "a/empty"), nil, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(from, "a/left-out"), nil, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(from, "huge"), make([]byte, largest+1), 0o644))
	require.NoError(t, os.Symlink("../nowhere", filepath.Join(from, "a/link")))
	require.NoError(t, copyTree(from, to, func(rel string) bool { return rel == "a/left-out" }))

	var found []string
	require.NoError(t, filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		found = append(found, path[len(to):])
		return err
	}))
	assert.Equal(t, []string{"", "/a", "/a/b", "/a/b/long", "/a/empty", "/a/link"}, found)
	text, err := os.ReadFile(filepath.Join(to, "a/b/long"))
	require.NoError(t, err)
	assert.Equal(t, len(long), len(text))
	info, err := os.Stat(filepath.Join(to, "a/b/long"))
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode())
	link, err := os.Readlink(filepath.Join(to, "a/link"))
	require.NoError(t, err)
	assert.Equal(t, "../nowhere", link)
}

// What is made anew of a place is known from outside: directories, links, and of
// some the files.
func TestSparesIn(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	deep := filepath.Join(root, "1/2/3/4/5/6")
	require.NoError(t, os.MkdirAll(deep, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "1/file"), []byte("x"), 0o640))
	require.NoError(t, os.Symlink("../mail", filepath.Join(root, "link")))
	paths := func(all []spare) (list []string) {
		for _, s := range all {
			list = append(list, s.Path[len(root):])
		}
		return list
	}
	assert.Equal(t, []string{"", "/1", "/1/2", "/1/2/3", "/1/2/3/4", "/link"}, paths(sparesIn(root, false)))
	assert.Equal(t, []string{"", "/1", "/1/2", "/1/2/3", "/1/2/3/4", "/1/file", "/link"}, paths(sparesIn(root, true)))
	assert.Empty(t, sparesIn(filepath.Join(root, "none"), true))
	for i := range mostOf {
		require.NoError(t, os.Mkdir(filepath.Join(root, "1", string(rune('a'+i%26))+strings.Repeat("a", i/26)), 0o700))
	}
	assert.Len(t, sparesIn(root, false), mostOf)
}
