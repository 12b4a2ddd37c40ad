package netns

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// A spare is a directory, file or link of the machine that is made anew inside,
// for programs that write there.
type spare struct {
	Path     string
	Mode     fs.FileMode
	Link     string // where a symbolic link leads
	UID, GID int
}

// spool gives the places where mail software keeps what it writes. Of those with
// true the files are copied, too: that of others is mail and logs.
func spool() map[string]bool {
	return map[string]bool{
		"/var/log": false, "/var/mail": false, "/var/spool": false,
		"/var/lib/exim4": true, "/var/lib/opensmtpd": true, "/var/lib/postfix": true, "/var/lib/sendmail": true, "/var/lib/unbound": true,
	}
}

const (
	deepest  = 4       // directories below a place
	mostOf   = 1000    // entries of a place
	largest  = 1 << 20 // octets of a file
	sticky   = fs.ModeSticky
	keptMode = fs.ModePerm | fs.ModeSetgid | sticky
)

// spares lists what is there. It is asked outside, because an ordinary user sees
// nobody's name on most of it inside.
func spares() (all []spare) {
	for root, files := range spool() {
		all = append(all, sparesIn(root, files)...)
	}
	return all
}

func sparesIn(root string, files bool) (all []spare) {
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // what cannot be listed is empty inside
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		s := spare{Path: path, Mode: info.Mode()}
		if owner, ok := info.Sys().(*syscall.Stat_t); ok {
			s.UID, s.GID = int(owner.Uid), int(owner.Gid)
		}
		switch {
		case len(all) == mostOf:
			return fs.SkipAll
		case d.IsDir() && strings.Count(path[len(root):], "/") > deepest:
			return fs.SkipDir
		case d.Type() == fs.ModeSymlink && path != root:
			if s.Link, err = os.Readlink(path); err != nil {
				return nil
			}
		case d.Type().IsRegular() && files && info.Size() <= largest:
		case !d.IsDir():
			return nil
		}
		all = append(all, s)
		return nil
	})
	return all
}
