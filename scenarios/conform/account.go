package conform

import (
	"bytes"
	"fmt"
	"os"
	"os/user"
	"strconv"
)

// An account is a user that a mail server runs as.
type account struct{ uid, gid int }

// addUser gives an account of the world, which is made if there is none. home is
// its directory, group its group's name.
func addUser(name, group string, id int, home string) (account, error) {
	if _, err := user.LookupGroup(group); err != nil {
		if err := addLine("/etc/group", fmt.Sprintf("%s:x:%d:\n", group, id)); err != nil {
			return account{}, err
		}
	}
	g, err := user.LookupGroup(group)
	if err != nil {
		return account{}, err
	}
	if _, err := user.Lookup(name); err != nil {
		if err := addLine("/etc/passwd", fmt.Sprintf("%s:x:%d:%s::%s:/usr/sbin/nologin\n", name, id, g.Gid, home)); err != nil {
			return account{}, err
		}
	}
	u, err := user.Lookup(name)
	if err != nil {
		return account{}, err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, err := strconv.Atoi(g.Gid)
	return account{uid, gid}, err
}

// addLine appends a line to a file.
func addLine(path, line string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if len(text) > 0 && !bytes.HasSuffix(text, []byte("\n")) {
		line = "\n" + line
	}
	return os.WriteFile(path, append(text, line...), 0o644)
}

// folder makes a directory that an account owns.
func (a account) folder(path string, mode os.FileMode) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	if err := os.Chown(path, a.uid, a.gid); err != nil {
		return fmt.Errorf("%w; mail servers need the ids of their users: run as root, or have subordinate ids (Debian: uidmap)", err)
	}
	return os.Chmod(path, mode)
}
