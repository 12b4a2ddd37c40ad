package conform

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// endSMTP ends the processes of smtp(8), also those that were started for a message
// and met none, so that whoever delivers from now on has read the configuration
// that is there now. It is called when none is busy.
func endSMTP() error {
	own, err := os.Readlink("/proc/self")
	if err != nil || own != strconv.Itoa(os.Getpid()) {
		return fmt.Errorf("/proc shows the processes of another namespace")
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return err
	}
	for _, e := range entries {
		n, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		text, err := os.ReadFile(filepath.Join("/proc", e.Name(), "cmdline"))
		if err != nil {
			continue // it has ended
		}
		if words := strings.Split(string(text), "\x00"); words[0] != "smtp" || !slices.Contains(words, postfixTransport) {
			continue
		}
		if smtp, err := os.FindProcess(n); err == nil {
			smtp.Kill()
		}
	}
	return nil
}
