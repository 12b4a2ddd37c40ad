package netns

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// copyTree copies a directory, a file or a link. What cannot be read is left out,
// and so is what skip says, by its path below the first one. Owners are kept as
// far as they exist here.
func copyTree(from, to string, skip func(string) bool) error {
	return copyBelow(from, to, "", skip)
}

func copyBelow(from, to, rel string, skip func(string) bool) error {
	if skip(rel) {
		return nil
	}
	source, target := filepath.Join(from, rel), filepath.Join(to, rel)
	info, err := os.Lstat(source)
	if err != nil {
		return nil
	}
	switch {
	case info.IsDir():
		entries, unreadable := os.ReadDir(source)
		if unreadable != nil {
			entries = nil
		}
		if err = os.Mkdir(target, info.Mode()&keptMode|0o700); err != nil {
			return err
		}
		for _, e := range entries {
			if err := copyBelow(from, to, filepath.Join(rel, e.Name()), skip); err != nil {
				return err
			}
		}
	case info.Mode().Type() == fs.ModeSymlink:
		err = copyLink(source, target)
	case info.Mode().IsRegular() && info.Size() <= largest:
		err = copyFile(source, target, info)
	default:
		return nil
	}
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && err == nil {
		give(target, int(owner.Uid), int(owner.Gid))
	}
	return err
}

// bindTree shows a directory as it is.
func bindTree(from, to string) error {
	if err := os.Mkdir(to, 0o755); err != nil {
		return err
	}
	return unix.Mount(from, to, "", unix.MS_BIND|unix.MS_REC, "")
}

// overflow is what an owner is shown as who has no id inside (user_namespaces(7),
// and the sysctl kernel.overflowuid, which nobody changes).
const overflow = 65534

// give changes the owner, where there is such an id inside; who is not known is
// root. The set-group-id bit goes with the old one.
func give(path string, uid, gid int) {
	if uid == overflow {
		uid = 0
	}
	if gid == overflow {
		gid = 0
	}
	if uid == 0 && gid == 0 {
		return
	}
	if info, err := os.Lstat(path); err == nil && os.Lchown(path, uid, gid) == nil && info.Mode()&fs.ModeSetgid != 0 {
		os.Chmod(path, info.Mode())
	}
}

func copyLink(from, to string) error {
	link, err := os.Readlink(from)
	if err != nil {
		return err
	}
	return os.Symlink(link, to)
}

// copyFile copies a file with as few calls of the kernel as there can be: some
// hundred files are copied before any command starts.
func copyFile(from, to string, info fs.FileInfo) error {
	in, err := unix.Open(from, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return err
	}
	defer unix.Close(in)
	text := make([]byte, info.Size())
	n := 0
	for n < len(text) {
		got, err := unix.Read(in, text[n:])
		if err != nil {
			return err
		}
		if got == 0 {
			break // it has become shorter
		}
		n += got
	}
	out, err := unix.Open(to, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_CLOEXEC, uint32(info.Mode().Perm()))
	if err != nil {
		return err
	}
	defer unix.Close(out)
	for text = text[:n]; len(text) > 0; text = text[n:] {
		if n, err = unix.Write(out, text); err != nil {
			return err
		}
	}
	return nil
}
