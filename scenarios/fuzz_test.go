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

// A line under web: that is read can be written and read again; one that is not
// is told where.
func FuzzWebLine(f *testing.F) {
	for _, line := range []string{
		"crl issuer=public, status=503", "ocsp issuer=own signed-by=responder answers=try-later, delay=20s", "certificate of=private root, body=garbage",
		"redirect=http://www.example.net/", "connect=silent", "silent", "crl size=10MB,body=empty", "", ",", "crl,,", "delay=1s", "\n", `crl issuer="a b"`,
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		l, err := scenarios.ParseWebLine(line)
		if err == nil {
			if l.Text != line || l.Publication == nil && l.Connect == "" && !l.Silent && l.Status == 0 && l.Redirect == "" && l.Body == "" {
				t.Fatalf("%q: nothing stands there: %+v", line, l)
			}
			return
		}
		var syntax *scenarios.SyntaxError
		if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(line) || syntax.Msg == "" {
			t.Fatalf("%q: error without a place: %v", line, err)
		}
	})
}
