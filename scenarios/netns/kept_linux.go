package netns

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// kept is a directory that stays as it is.
type kept struct {
	path   string
	fd     *os.File
	writes bool
}

// rememberAll opens what stays as it is: the working directory and the home, and
// the places of programs, the command's among them, and what else is to be kept.
func (t *tree) rememberAll(command string, keep []string) (err error) {
	if t.work, err = os.Getwd(); err != nil {
		return fmt.Errorf("find the working directory: %w", err)
	}
	t.remember(os.Getenv("HOME"), true)
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		t.rememberHidden(dir)
	}
	for _, dir := range keep {
		t.rememberHidden(dir)
	}
	if strings.Contains(command, "/") {
		if path, err := filepath.Abs(command); err == nil {
			t.rememberHidden(filepath.Dir(path))
		}
	}
	t.remember(t.work, true)
	return nil
}

// remember opens a directory that is to stay, unless it is a part of the machine.
func (t *tree) remember(path string, writes bool) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil || real == "/" || path == "" {
		return
	}
	for _, own := range []string{"/etc", "/dev", "/proc", "/sys"} {
		if below(real, own) {
			return
		}
	}
	if f, err := os.OpenFile(real, unix.O_PATH|unix.O_DIRECTORY, 0); err == nil {
		t.kept = append(t.kept, kept{real, f, writes})
	}
}

// rememberHidden opens a directory of programs that would not be seen.
func (t *tree) rememberHidden(path string) {
	for hidden := range empty() {
		if below(path, hidden) && path != hidden {
			t.remember(path, false)
		}
	}
}

func below(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

// keep mounts what stays where it was.
func (t *tree) keep() error {
	for _, k := range t.kept {
		if err := os.MkdirAll(k.path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("keep %s: %w", k.path, err)
		}
		if err := unix.Mount(fd(k.fd), k.path, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("keep %s: %w", k.path, err)
		}
		if k.writes {
			// What was read-only before stays so.
			if err := readOnly(k.path, 0, false); err != nil && !errors.Is(err, unix.EPERM) {
				return fmt.Errorf("keep %s: %w", k.path, err)
			}
		}
	}
	return os.Chdir(t.work)
}
