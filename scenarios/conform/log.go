package conform

import (
	"context"
	"os"
	"strings"
	"time"
)

// follow reads a log again and again until done says that all is there, or the
// time is over. It gives the lines.
func follow(ctx context.Context, path string, longest time.Duration, done func([]string) bool) []string {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for size := int64(-1); ; {
		if info, err := os.Stat(path); err == nil && info.Size() != size {
			size = info.Size()
			if lines := readLines(path); done(lines) {
				return lines
			}
		}
		select {
		case <-ctx.Done():
			return readLines(path)
		case <-tick.C:
		}
	}
}

func readLines(path string) []string {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n")
}
