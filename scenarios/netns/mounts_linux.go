package netns

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// A tree is the file system that the command sees.
type tree struct {
	errand errand
	work   string // the working directory
	kept   []kept
	etc    *os.File // that of the machine
	dev    *os.File
	spools map[string]*os.File // that of the machine, by path

	bundles []string // the files of authorities that programs here read
	hashed  []string // those of single authorities, by hash
}

// fd gives the path of an open file, whatever is mounted over its own path.
func fd(f *os.File) string { return fmt.Sprintf("/proc/self/fd/%d", f.Fd()) }

// plant makes the tree: everything read-only, but for the working directory and
// the home; /etc a copy; and what is private, or leads to daemons of the machine,
// anew.
func plant(e errand, l Life) (*tree, error) {
	t := &tree{errand: e, spools: map[string]*os.File{}}
	old := unix.Umask(0o022)
	defer unix.Umask(old)
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return nil, fmt.Errorf("keep mounts to ourselves: %w", err)
	}
	if err := t.open(l); err != nil {
		return nil, err
	}
	defer t.close()
	if err := readOnly("/", unix.AT_RECURSIVE, true); err != nil {
		return nil, fmt.Errorf("make the file system read-only: %w", err)
	}
	// A container that hides parts of /proc forbids a new one. Then the old one
	// stays, and shows the processes outside.
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil && !errors.Is(err, unix.EPERM) {
		return nil, fmt.Errorf("mount /proc: %w", err)
	}
	if err := unix.Mount("sysfs", "/sys", "sysfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC|unix.MS_RDONLY, ""); err != nil && !errors.Is(err, unix.EPERM) && !errors.Is(err, unix.ENOENT) {
		return nil, fmt.Errorf("mount /sys: %w", err)
	}
	for _, step := range []func() error{t.plantEtc, t.plantDev, t.plantSpools, t.plantEmpty, t.keep} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// tmpfs mounts an empty file system; nothing happens where there is no such
// directory.
func tmpfs(path, options string) error {
	if info, err := os.Lstat(path); err != nil || !info.IsDir() {
		return nil
	}
	if err := unix.Mount("mxlab", path, "tmpfs", unix.MS_NOSUID, options); err != nil {
		return fmt.Errorf("mount an empty %s: %w", path, err)
	}
	return nil
}

// readOnly sets or clears that a mount cannot be written to.
func readOnly(path string, flags uint, on bool) error {
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	if !on {
		attr = unix.MountAttr{Attr_clr: unix.MOUNT_ATTR_RDONLY}
	}
	err := unix.MountSetattr(unix.AT_FDCWD, path, flags, &attr)
	if errors.Is(err, unix.ENOSYS) {
		return fmt.Errorf("%w: this needs Linux 5.12 or later", err)
	}
	return err
}

// empty are the places that are empty inside, in the order in which they are
// mounted.
func empty() map[string]string {
	return map[string]string{"/run": "mode=755", "/var/run": "mode=755", "/var/tmp": "mode=1777", "/tmp": "mode=1777"}
}

// plantEmpty hides the sockets of daemons, and what programs leave behind.
func (t *tree) plantEmpty() error {
	for path, options := range empty() {
		if err := tmpfs(path, options); err != nil {
			return err
		}
	}
	return os.MkdirAll("/run/lock", 0o777)
}

// open opens what will be covered.
func (t *tree) open(l Life) (err error) {
	if t.etc, err = os.Open("/etc"); err != nil {
		return err
	}
	if t.dev, err = os.Open("/dev"); err != nil {
		return err
	}
	for path := range spool() {
		if f, err := os.Open(path); err == nil {
			t.spools[path] = f
		}
	}
	return t.rememberAll(l.Command[0], l.Keep)
}

func (t *tree) close() {
	t.etc.Close()
	t.dev.Close()
	for _, f := range t.spools {
		f.Close()
	}
	for _, k := range t.kept {
		k.fd.Close()
	}
}
