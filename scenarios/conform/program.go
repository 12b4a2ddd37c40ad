package conform

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A place is where a package is: "" for the system, or the folder into which it
// was unpacked.
type place string

// of gives the path of a file of the package.
func (p place) of(path string) string { return string(p) + path }

// find looks for a package by one of its files: first among the unpacked ones,
// then in the system.
func find(trees, pkg string, files ...string) (place, string, error) {
	roots := []string{""}
	if trees != "" {
		roots = []string{filepath.Join(trees, pkg), ""}
	}
	for _, root := range roots {
		for _, file := range files {
			if info, err := os.Stat(root + file); err == nil && !info.IsDir() {
				return place(root), root + file, nil
			}
		}
	}
	return "", "", fmt.Errorf("there is no %s", files[0])
}

// firstLine runs a program and gives the first line of what it writes that has a
// word in it.
func firstLine(word, program string, args ...string) (string, error) {
	out, err := exec.Command(program, args...).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, word) {
			return strings.TrimSpace(line), nil
		}
	}
	return "", fmt.Errorf("%s does not tell its version: %v", program, err)
}
