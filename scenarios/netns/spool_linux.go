package netns

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// plantSpools makes the places of mail software anew: the directories with their
// owners, and not what was in them.
func (t *tree) plantSpools() error {
	for root := range t.spools {
		if err := tmpfs(root, "mode=755"); err != nil {
			return err
		}
	}
	for _, s := range t.errand.Spare {
		if err := t.spare(s); err != nil {
			return fmt.Errorf("make %s: %w", s.Path, err)
		}
	}
	return nil
}

func (t *tree) spare(s spare) error {
	root := ""
	for r := range t.spools {
		if below(s.Path, r) {
			root = r
		}
	}
	var err error
	switch {
	case root == "":
		return nil // it came about just now
	case s.Mode.IsDir():
		if err = os.Mkdir(s.Path, s.Mode&keptMode); err == nil || s.Path == root {
			err = os.Chmod(s.Path, s.Mode&keptMode)
		}
	case s.Link != "":
		err = os.Symlink(s.Link, s.Path)
	default:
		return copyTree(filepath.Join(fd(t.spools[root]), strings.TrimPrefix(s.Path, root)), s.Path, func(string) bool { return false })
	}
	if err != nil && !os.IsExist(err) {
		return err
	}
	give(s.Path, s.UID, s.GID)
	return nil
}
