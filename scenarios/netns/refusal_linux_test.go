package netns

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A setting that refuses is named, with what to do; without one it is a container
// or a chroot. Other errors stay what they are.
func TestRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, value := range map[string]string{"none": "0\n", "some": "96365\n", "restricted": "1\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(value), 0o644))
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	denied := fmt.Errorf("start: %w", &os.PathError{Op: "fork/exec", Path: "/proc/self/exe", Err: syscall.EPERM})
	for _, tc := range []struct {
		knobs []knob
		err   error
		want  string
	}{
		{[]knob{{file("absent"), "0", "a"}, {file("none"), "0", "set it"}}, denied, "this machine does not allow namespaces (" + file("none") + " is 0): set it"},
		{[]knob{{file("some"), "0", "a"}, {file("restricted"), "1", "clear it"}}, fmt.Errorf("mount: %w", syscall.EACCES), "this machine does not allow namespaces (" + file("restricted") + " is 1): clear it"},
		{[]knob{{file("some"), "0", "a"}}, denied, "this machine does not allow namespaces (" + denied.Error() + "): inside a container allow them, as docker run --privileged does; a chroot never does"},
	} {
		assert.EqualError(t, refusedBy(tc.knobs, tc.err), tc.want)
	}
	other := errors.New("no such scenario")
	assert.Equal(t, other, refusedBy(knobs(), other))
	for _, k := range knobs() {
		assert.Regexp(t, "^/proc/sys/", k.file)
		assert.Regexp(t, "^have root run: sysctl -w ", k.do)
	}
}
