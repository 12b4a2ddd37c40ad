package conform

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"mxlab/scenarios"
)

// An Entry is a known disagreement, of which a fact about the product is the
// reason.
type Entry struct {
	Line      int    // of known.txt
	Driver    string // its name
	Modes     []string
	Scenarios []string // patterns of path.Match over the names of scenarios, where * stands for slashes too
	Reason    string
}

//go:embed known.txt
var knownText string

// Known reads the known disagreements that come with this program.
func Known() ([]Entry, error) { return ParseKnown(knownText) }

// ParseKnown reads entries, with an empty line between them: a line
//
//	DRIVER: MODE [MODE ...]
//
// then lines of two blanks and patterns of scenarios, then the reason, a sentence
// on lines that begin in the first column. A line that begins with # is a comment.
func ParseKnown(text string) (all []Entry, err error) {
	var e Entry
	end := func() error {
		if e.Line == 0 {
			return nil
		}
		if len(e.Modes) == 0 || len(e.Scenarios) == 0 || e.Reason == "" {
			return fmt.Errorf("known.txt:%d: an entry is DRIVER: MODE ..., then patterns of scenarios behind two blanks, then a reason", e.Line)
		}
		all = append(all, e)
		e = Entry{}
		return nil
	}
	for i, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.TrimSpace(line) == "":
			if err := end(); err != nil {
				return nil, err
			}
		case e.Line == 0:
			driver, modes, _ := strings.Cut(line, ":")
			e = Entry{Line: i + 1, Driver: driver, Modes: strings.Fields(modes)}
		case strings.HasPrefix(line, "  ") && e.Reason == "":
			e.Scenarios = append(e.Scenarios, strings.Fields(line)...)
		default:
			e.Reason = strings.TrimSpace(e.Reason + " " + strings.TrimSpace(line))
		}
	}
	return all, end()
}

// covers reports whether an entry is about a cell.
func (e Entry) covers(driver, mode, scenario string) bool {
	return e.Driver == driver && slices.ContainsFunc(e.Modes, func(p string) bool { return fitsPattern(p, mode) }) &&
		slices.ContainsFunc(e.Scenarios, func(p string) bool { return fitsPattern(p, scenario) })
}

// fitsPattern is path.Match in which * stands for slashes too.
func fitsPattern(pattern, name string) bool {
	flat := strings.NewReplacer("/", "\x00")
	ok, err := path.Match(flat.Replace(pattern), flat.Replace(name))
	return ok && err == nil
}

// Settle makes the disagreements that are known such, and gives what is listed
// and did not occur, although every scenario of the catalogue that it names was
// tried.
func Settle(driver string, entries []Entry, cells []Cell) (stale []string) {
	ran := map[string]bool{}
	for _, c := range cells {
		ran[c.Scenario] = true
	}
	for _, e := range entries {
		for _, pattern := range e.Scenarios {
			for _, mode := range e.Modes {
				one := Entry{Driver: e.Driver, Modes: []string{mode}, Scenarios: []string{pattern}}
				occurred, tried := false, false
				for i, c := range cells {
					if !one.covers(driver, c.Mode, c.Scenario) {
						continue
					}
					tried = tried || c.Verdict == Agree
					if c.Verdict == Disagree || c.Verdict == KnownOne {
						occurred = true
						cells[i].Verdict, cells[i].Why = KnownOne, e.Reason
					}
				}
				if tried && !occurred && whole(pattern, ran) {
					stale = append(stale, fmt.Sprintf("known.txt:%d: %s under %s does not disagree any more; take it out", e.Line, pattern, mode))
				}
			}
		}
	}
	return stale
}

// whole reports whether all scenarios of the catalogue that fit a pattern ran.
func whole(pattern string, ran map[string]bool) bool {
	list, err := scenarios.Find()
	return err == nil && !slices.ContainsFunc(list, func(s *scenarios.Scenario) bool { return fitsPattern(pattern, s.Name) && !ran[s.Name] })
}
