package netns

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
)

// ids says which users and groups there are inside.
type ids struct {
	uids, gids []syscall.SysProcIDMap // that this process may write itself; nil where helpers have to
	setgroups  bool                   // programs inside may set their groups
	ranges     [2]subids              // what the helpers are to map, of users and groups
}

// whole is root's: every id inside is the one of the same number outside.
func whole() (ids, error) {
	m := ids{setgroups: true}
	for _, kind := range []struct {
		file string
		to   *[]syscall.SysProcIDMap
	}{{"/proc/self/uid_map", &m.uids}, {"/proc/self/gid_map", &m.gids}} {
		text, err := os.ReadFile(kind.file)
		if err != nil {
			return ids{}, err
		}
		for line := range strings.Lines(string(text)) {
			var inside, outside, size int
			if _, err := fmt.Sscan(line, &inside, &outside, &size); err != nil {
				return ids{}, fmt.Errorf("read %s: %w", kind.file, err)
			}
			*kind.to = append(*kind.to, syscall.SysProcIDMap{ContainerID: inside, HostID: inside, Size: size})
		}
	}
	return m, nil
}

// alone maps an ordinary user's own ids to root's, and no other.
func alone() ids {
	return ids{
		uids: []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}},
		gids: []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}},
	}
}

// A subids is a range of subordinate ids that an ordinary user was given:
// subuid(5), subgid(5).
type subids struct{ start, count int }

// subordinate gives the mapping by newuidmap(1) and newgidmap(1), or says why
// there is none.
func subordinate() (ids, error) {
	m := ids{setgroups: true}
	for i, what := range []struct{ helper, file string }{{"newuidmap", "/etc/subuid"}, {"newgidmap", "/etc/subgid"}} {
		if _, err := exec.LookPath(what.helper); err != nil {
			return ids{}, fmt.Errorf("%s is not installed; have root install it (Debian: apt-get install uidmap)", what.helper)
		}
		text, err := os.ReadFile(what.file)
		if err != nil {
			return ids{}, err
		}
		if m.ranges[i] = parseSubids(string(text), account(), os.Geteuid()); m.ranges[i].count == 0 {
			return ids{}, fmt.Errorf("%s has no ids for %s; have root run: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 %[2]s", what.file, account())
		}
	}
	return m, nil
}

// parseSubids gives the largest range of an account, which stands there by name or
// by number.
func parseSubids(text, name string, uid int) (most subids) {
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		words := strings.Split(strings.TrimSpace(lines.Text()), ":")
		if len(words) != 3 || words[0] != name && words[0] != strconv.Itoa(uid) {
			continue
		}
		start, bad := strconv.Atoi(words[1])
		count, worse := strconv.Atoi(words[2])
		if bad == nil && worse == nil && start > 0 && count > most.count {
			most = subids{start, count}
		}
	}
	return most
}

// account is the name of this user, or the number where it has none.
func account() string {
	if u, err := user.LookupId(strconv.Itoa(os.Geteuid())); err == nil {
		return u.Username
	}
	return strconv.Itoa(os.Geteuid())
}

// help has the helpers write the mapping of a process that was started without
// one.
func (m ids) help(pid int) error {
	for i, helper := range []string{"newuidmap", "newgidmap"} {
		own := []int{os.Geteuid(), os.Getegid()}[i]
		args := []string{strconv.Itoa(pid), "0", strconv.Itoa(own), "1", "1", strconv.Itoa(m.ranges[i].start), strconv.Itoa(m.ranges[i].count)}
		if out, err := exec.Command(helper, args...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", helper, err, strings.TrimSpace(string(out)))
		}
	}
	return nil
}

// helped reports whether the helpers have to write the mapping.
func (m ids) helped() bool { return m.uids == nil }

// mapping chooses the ids, and says why there is only a single one, if so.
func mapping() (m ids, why, err error) {
	if os.Geteuid() == 0 {
		m, err = whole()
		return m, nil, err
	}
	if m, why = subordinate(); why == nil {
		return m, nil, nil
	}
	return alone(), why, nil
}
