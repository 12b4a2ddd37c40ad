package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// goldenExtension is that of the file beside a scenario that says how its
// result came about.
const goldenExtension = ".golden"

// A home says where a scenario was read from, and so where its golden file is
// to be written.
type home int

const (
	nowhere   home = iota // parsed from memory, or loaded from a file system that cannot be written
	onDisk                // File is a path of the operating system
	inCatalog             // File is a path in the embedded catalogue
)

// Golden gives what the golden file that stood beside the scenario when it was
// loaded says of this world, and false if there was no such file. The file has
// the worlds of its story one after the other, each below a line "scenario
// NAME" with a blank line before it. Text that belongs to no world belongs to
// the one above it.
func (s *Scenario) Golden() ([]byte, bool) {
	if s.story.golden == nil || len(s.story.Worlds) == 1 {
		return s.story.golden, s.story.golden != nil
	}
	rest := string(s.story.golden)
	heading := func(w *Scenario) string { return "scenario " + w.GoldenName() + "\n" }
	if at := strings.Index("\n"+rest, "\n"+heading(s)); at >= 0 {
		rest = rest[at:]
	} else {
		return []byte{}, true
	}
	for _, other := range s.story.Worlds {
		if at := strings.Index(rest, "\n\n"+heading(other)); at >= 0 {
			rest = rest[:at+1]
		}
	}
	return []byte(rest), true
}

// Golden gives the text of the story's golden file. part gives that of one of
// its worlds, and false where it is not known; then what the file has of that
// world stays.
func (s *Story) Golden(part func(*Scenario) ([]byte, bool)) []byte {
	var parts [][]byte
	for _, w := range s.Worlds {
		text, ok := part(w)
		if !ok {
			text, _ = w.Golden()
		}
		if len(text) > 0 {
			parts = append(parts, text)
		}
	}
	return bytes.Join(parts, []byte("\n"))
}

// GoldenFile gives the path at which the scenario's golden file is to be
// written: beside the scenario's own file. For a scenario of the embedded
// catalogue that is in the checkout of this module around the working
// directory; it is an error if there is none, or if it holds another text of
// the scenario than the program does.
func (s *Scenario) GoldenFile() (string, error) {
	switch s.story.home {
	case onDisk:
		return strings.TrimSuffix(s.File, extension) + goldenExtension, nil
	case inCatalog:
		return s.checkedOut()
	}
	return "", fmt.Errorf("find a place for the golden file of %s: the scenario was not read from a file on disk", s.Name)
}

// GoldenName is the scenario's name as its golden file has it: that in the
// catalogue, or else the file's, wherever the file was opened from.
func (s *Scenario) GoldenName() string {
	return s.story.goldenName() + strings.TrimPrefix(s.Name, s.story.Name)
}

func (s *Story) goldenName() string {
	if s.home != onDisk {
		return s.Name
	}
	if abs, err := filepath.Abs(s.File); err == nil {
		if _, name, ok := strings.Cut(filepath.ToSlash(abs), "/scenarios/catalog/"); ok {
			return strings.TrimSuffix(name, extension)
		}
	}
	return strings.TrimSuffix(filepath.Base(s.File), extension)
}

// checkedOut finds the golden file of a catalogue scenario in the checkout.
func (s *Scenario) checkedOut() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", fmt.Errorf("find a place for the golden file of %s: %w", s.Name, err)
	}
	file := filepath.Join(root, "scenarios", "catalog", filepath.FromSlash(s.File))
	disk, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("find a place for the golden file of %s: %w", s.Name, err)
	}
	built, err := fs.ReadFile(Catalog(), s.File)
	if err != nil {
		return "", fmt.Errorf("read the embedded %s: %w", s.File, err)
	}
	// A golden that describes an older text would be wrong from the start.
	if !bytes.Equal(disk, built) {
		return "", fmt.Errorf("find a place for the golden file of %s: %s was changed after this program was built; build it again, or name the file", s.Name, file)
	}
	return strings.TrimSuffix(file, extension) + goldenExtension, nil
}

// moduleRoot finds the checkout of this module in or above the working
// directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	start := dir
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if first, _, _ := strings.Cut(string(text), "\n"); err == nil && strings.TrimSpace(first) == "module mxlab" {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("the embedded catalogue is written in a checkout of mxlab, and %s is not in one; go there, or name files", start)
		}
		dir = up
	}
}

// readGolden reads the golden file beside a scenario; none is no error.
func readGolden(scenario string, open func(string) (fs.File, error)) ([]byte, error) {
	f, err := open(strings.TrimSuffix(scenario, extension) + goldenExtension)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the golden file: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxGolden+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the golden file of %s: %w", scenario, err)
	case len(text) > maxGolden:
		return nil, fmt.Errorf("read the golden file of %s: it is larger than %d octets, which no golden is", scenario, maxGolden)
	}
	// A checkout on Windows may have turned the line ends.
	// An empty file is a golden all the same, so the result is never nil.
	return append([]byte{}, bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))...), nil
}

// maxGolden bounds what is read of a golden file.
const maxGolden = 4 << 20
