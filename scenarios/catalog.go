package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mxlab/internal/nearest"
)

//go:embed catalog
var embedded embed.FS

// Catalog gives the embedded scenarios: a directory for each theme, and in it
// NAME.yaml with NAME.golden beside it.
func Catalog() fs.FS {
	sub, err := fs.Sub(embedded, "catalog")
	if err != nil {
		panic(err) // the path is a constant
	}
	return sub
}

// List gives the names of the embedded scenarios, THEME/NAME, sorted.
func List() []string {
	files, err := walk(Catalog())
	if err != nil {
		panic(err) // an embedded directory can be read
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, extension)
	}
	return files
}

const extension = ".yaml"

// walk lists the scenario files of a file system, sorted.
func walk(fsys fs.FS) ([]string, error) {
	var files []string
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, extension) {
			files = append(files, path)
		}
		return err
	})
	slices.Sort(files)
	return files, err
}

// Load reads one scenario and gives its first world, of which [Scenario.Story]
// gives the others. The story's name is the path without the extension. The
// error is [Errors], or that of the file system.
func Load(fsys fs.FS, path string) (*Scenario, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the scenario: %w", err)
	}
	defer f.Close()
	return load(f, path, fsys.Open)
}

// load reads a scenario and, through open, the golden file beside it.
func load(f fs.File, path string, open func(string) (fs.File, error)) (*Scenario, error) {
	src, err := source(f, path)
	if err != nil {
		return nil, err
	}
	s, err := Parse(path, nameOf(path), src)
	if err != nil {
		return nil, err
	}
	if s.story.golden, err = readGolden(path, open); err != nil {
		return nil, err
	}
	return s, nil
}

// source reads the text of a file, as far as Parse would.
func source(f fs.File, path string) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open the scenario: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open the scenario: %s is not a file", path)
	}
	src, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the scenario: %w", err)
	}
	return src, nil
}

// nameOf gives the name of the story in a file.
func nameOf(path string) string { return strings.TrimSuffix(filepath.ToSlash(path), extension) }

// Find gives the worlds of scenarios by name, in the order asked for: a name of
// the catalogue (hosted/ptr-not-mx) or one of its themes (hosted), a file, or a
// directory, of which every .yaml file below it is taken. Behind a name or a
// file, /PHASE and @VIEW select worlds: all of that phase, all of that view, or
// the one of both. Without names it gives the whole catalogue. A path that
// begins with a dot or a slash, or ends in .yaml, is never looked for in the
// catalogue.
//
// Mistakes in the files are reported together, as [Errors]; then there are no
// scenarios.
func Find(names ...string) ([]*Scenario, error) {
	if len(names) == 0 {
		names = List()
	}
	return each(names, find)
}

// find gives the worlds of one name.
func find(name string) ([]*Scenario, error) {
	base, phase, view := selection(name)
	stories, err := lookUp(base)
	if err != nil {
		return nil, err
	}
	return chosen(stories, base, phase, view)
}

// selection cuts /PHASE and @VIEW from a name, if what stands before is a
// scenario of the catalogue or a file.
func selection(name string) (base, phase, view string) {
	base, view, _ = strings.Cut(name, "@")
	known := func(s string) bool {
		if strings.HasSuffix(s, extension) {
			_, err := os.Stat(s)
			return err == nil
		}
		return slices.Contains(List(), s)
	}
	if known(base) {
		return base, "", view
	}
	if i := strings.LastIndexByte(base, '/'); i > 0 && known(base[:i]) {
		return base[:i], base[i+1:], view
	}
	return name, "", ""
}

// chosen gives the worlds of a phase and of a view; empty is all of them.
func chosen(stories []*Scenario, name, phase, view string) ([]*Scenario, error) {
	var worlds []*Scenario
	var phases, views []string
	for _, s := range stories {
		for _, w := range s.story.Worlds {
			phases, views = append(phases, w.Phase), append(views, w.View)
			if (phase == "" || w.Phase == phase) && (view == "" || w.View == view) {
				worlds = append(worlds, w)
			}
		}
	}
	switch {
	case len(worlds) > 0:
		return worlds, nil
	case phase != "" && !slices.Contains(phases, phase):
		return nil, fmt.Errorf("%s has no phase %q; %s", name, phase, choice(phase, phases))
	}
	return nil, fmt.Errorf("%s has no view %q; %s", name, view, choice(view, views))
}

// choice says which names there are.
func choice(got string, known []string) string {
	known = slices.DeleteFunc(slices.Clone(known), func(s string) bool { return s == "" })
	slices.Sort(known)
	if known = slices.Compact(known); len(known) == 0 {
		return "it has none"
	}
	return "it has " + strings.Join(known, ", ") + nearest.Hint(got, known...)
}

// lookUp gives the first worlds of the stories that a name stands for.
func lookUp(name string) ([]*Scenario, error) {
	files, home, err := locate(name)
	if err != nil {
		return nil, err
	}
	return each(files, func(file string) ([]*Scenario, error) {
		var s *Scenario
		var err error
		if home == inCatalog {
			s, err = Load(Catalog(), file)
		} else {
			s, err = open(file)
		}
		if err != nil {
			return nil, err
		}
		s.story.home = home
		return []*Scenario{s}, nil
	})
}

// locate gives the files that a name stands for, and where they are.
func locate(name string) ([]string, home, error) {
	all := List()
	if !strings.HasPrefix(name, ".") && !filepath.IsAbs(name) {
		var files []string
		for _, n := range all {
			if n == name || strings.HasPrefix(n, name+"/") {
				files = append(files, n+extension)
			}
		}
		if len(files) > 0 {
			return files, inCatalog, nil
		}
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nowhere, &notFound{name, nearest.Hint(name, all...)}
	case err != nil:
		return nil, nowhere, fmt.Errorf("open the scenario: %w", err)
	case !info.IsDir():
		return []string{name}, onDisk, nil
	}
	files, err := walk(os.DirFS(name))
	if err != nil {
		return nil, nowhere, fmt.Errorf("look for scenarios in %s: %w", name, err)
	}
	if len(files) == 0 {
		return nil, nowhere, fmt.Errorf("look for scenarios in %s: there is no %s file", name, extension)
	}
	for i, f := range files {
		files[i] = filepath.Join(name, filepath.FromSlash(f))
	}
	return files, onDisk, nil
}

// notFound is the error of a name that leads to no scenario. It is an
// fs.ErrNotExist, whose own words would only repeat it.
type notFound struct{ name, hint string }

func (e *notFound) Error() string {
	return e.name + " is no scenario of the catalogue, and there is no such file" + e.hint
}

func (e *notFound) Unwrap() error { return fs.ErrNotExist }

func open(file string) (*Scenario, error) {
	f, err := regular(file)
	if err != nil {
		return nil, fmt.Errorf("open the scenario: %w", err)
	}
	defer f.Close()
	return load(f, file, regular)
}

// regular opens a file of the operating system. A pipe would block in Open, so
// the kind of file is looked at before.
func regular(file string) (fs.File, error) {
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", file)
	}
	return os.Open(file)
}

// each reads what several names or files stand for, and gathers their mistakes.
func each(names []string, read func(string) ([]*Scenario, error)) ([]*Scenario, error) {
	var list []*Scenario
	var mistakes Errors
	for _, name := range names {
		some, err := read(name)
		var es Errors
		switch {
		case errors.As(err, &es):
			mistakes = append(mistakes, es...)
		case err != nil:
			return nil, err
		}
		list = append(list, some...)
	}
	if len(mistakes) > 0 {
		return nil, mistakes
	}
	return list, nil
}
