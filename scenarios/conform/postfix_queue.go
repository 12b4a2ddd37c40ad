package conform

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// postfixQueue is where messages are.
const postfixQueue = "/var/spool/postfix"

// makePostfixQueue makes the users, and the directories of the queue.
func makePostfixQueue() error {
	owner, err := addUser("postfix", "postfix", 60101, postfixQueue)
	if err != nil {
		return err
	}
	drop, err := addUser("postfix", "postdrop", 60102, postfixQueue)
	if err != nil {
		return err
	}
	super, queue := account{}, account{owner.uid, 0}
	drop.uid = owner.uid
	if err := super.folder(postfixQueue, 0o755); err != nil {
		return err
	}
	for _, dir := range []string{"active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"} {
		if err := queue.folder(filepath.Join(postfixQueue, dir), 0o700); err != nil {
			return err
		}
	}
	for _, dir := range []string{"maildrop", "public"} {
		if err := drop.folder(filepath.Join(postfixQueue, dir), 0o730); err != nil {
			return err
		}
	}
	if err := super.folder(filepath.Join(postfixQueue, "pid"), 0o755); err != nil {
		return err
	}
	if err := owner.folder("/var/lib/postfix", 0o755); err != nil {
		return err
	}
	return super.folder("/etc/postfix", 0o755)
}

// configurePostfix writes a file of the configuration. Whoever reads it at that
// moment reads the old one, or the new one. It is made to look old: what was
// changed in the last two seconds Postfix would wait with (dict_load_file_xt of
// dict.c).
func configurePostfix(name, text string) error {
	path := filepath.Join("/etc/postfix", name)
	if err := os.WriteFile(path+".new", []byte(text), 0o644); err != nil {
		return fmt.Errorf("configure Postfix: %w", err)
	}
	if err := errors.Join(os.Chtimes(path+".new", time.Unix(0, 0), time.Unix(0, 0)), os.Rename(path+".new", path)); err != nil {
		return fmt.Errorf("configure Postfix: %w", err)
	}
	return nil
}
