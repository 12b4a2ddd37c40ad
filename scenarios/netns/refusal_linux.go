package netns

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// A knob is a setting of the kernel by which namespaces are refused.
type knob struct {
	file, refuses string
	do            string
}

func knobs() []knob {
	return []knob{
		{"/proc/sys/user/max_user_namespaces", "0", "have root run: sysctl -w user.max_user_namespaces=15000"},
		{"/proc/sys/kernel/unprivileged_userns_clone", "0", "have root run: sysctl -w kernel.unprivileged_userns_clone=1"},
		{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "have root run: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"},
	}
}

// refused explains why namespaces cannot be had, in one line, with what to do.
func refused(err error) error { return refusedBy(knobs(), err) }

func refusedBy(knobs []knob, err error) error {
	if !errors.Is(err, syscall.EPERM) && !errors.Is(err, syscall.EACCES) && !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOSYS) {
		return err
	}
	for _, k := range knobs {
		if text, bad := os.ReadFile(k.file); bad == nil && strings.TrimSpace(string(text)) == k.refuses {
			return fmt.Errorf("this machine does not allow namespaces (%s is %s): %s", strings.TrimPrefix(k.file, "/proc/sys/"), k.refuses, k.do)
		}
	}
	return fmt.Errorf("this machine does not allow namespaces (%w): inside a container allow them, as docker run --privileged does; a chroot never does", err)
}
