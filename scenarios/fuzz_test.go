package scenarios_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"mxlab/scenarios"
)

// Whatever the file holds, the result is a scenario, or mistakes that are in
// the file.
func FuzzParse(f *testing.F) {
	for _, name := range scenarios.List() {
		src, err := fs.ReadFile(scenarios.Catalog(), name+".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	files, err := filepath.Glob("testdata/mistakes/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal("no mistakes to begin with: ", err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte(whole))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := scenarios.Parse("f.yaml", "f", src)
		if err == nil {
			if s.Title == "" || s.Domain == "" || s.Zone == nil {
				t.Fatalf("a scenario without a required key: %+v", s)
			}
			return
		}
		var mistakes scenarios.Errors
		if !errors.As(err, &mistakes) || len(mistakes) == 0 {
			t.Fatalf("the error is no list of mistakes: %v", err)
		}
		checkPlaces(t, src, mistakes)
		_ = err.Error()
	})
}
