package conform

import (
	"context"
	"os"
	"strings"
)

// follow reads a log again and again until done says that all is there, or ctx
// ends. It gives the lines.
func follow(ctx context.Context, path string, done func([]string) bool) []string {
	size := int64(-1)
	until(ctx, func() bool {
		info, err := os.Stat(path)
		if err != nil || info.Size() == size {
			return false
		}
		size = info.Size()
		return done(readLines(path))
	})
	return readLines(path)
}

func readLines(path string) []string {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n")
}
