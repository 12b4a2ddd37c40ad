package report

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"

	"mxlab/scenarios/conform"
)

// jsonConformance is what conform writes.
type jsonConformance struct {
	Driver  string            `json:"driver"`
	Version string            `json:"version"`
	Trials  []jsonConformCell `json:"trials"`
	Stale   []string          `json:"stale"` // known disagreements that did not occur
	Holds   bool              `json:"holds"`
	Summary string            `json:"summary"`
}

type jsonConformCell struct {
	Scenario string   `json:"scenario"`
	Mode     string   `json:"mode"`
	Verdict  string   `json:"verdict"`
	Why      string   `json:"why"`    // it is known, not applicable, or not found out
	Differ   []string `json:"differ"` // what both sides say, where they differ
	Expected string   `json:"expected"`
	Fate     string   `json:"fate"`     // sent, deferred, bounced, failed; empty if not found out
	Verified string   `json:"verified"` // yes, no; empty if the sender does not say
	Reason   string   `json:"reason"`
	Said     []string `json:"said"`
	Took     []string `json:"took"` // what hosts took of it
	Tries    int      `json:"tries"`
}

// ConformJSON writes a run as JSON.
func ConformJSON(w io.Writer, c Conformance) error {
	out := jsonConformance{Driver: c.Driver, Version: c.Version, Trials: []jsonConformCell{}, Stale: array(c.Stale), Holds: c.Holds(), Summary: c.Summary()}
	for _, x := range c.Cells {
		cell := jsonConformCell{Scenario: x.Scenario, Mode: x.Mode, Verdict: string(x.Verdict), Why: x.Why, Differ: array(x.Differ),
			Fate: string(x.Trial.Fate), Verified: string(x.Trial.Verified), Reason: string(x.Trial.Reason), Said: array(x.Trial.Said), Took: []string{}, Tries: x.Tries}
		if x.Ours != nil {
			cell.Expected = x.Ours.Made.Words()
		}
		for _, s := range x.Seen {
			cell.Took = append(cell.Took, took(s))
		}
		out.Trials = append(out.Trials, cell)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func took(s conform.Seen) string {
	if s.TLS {
		return fmt.Sprintf("%v in TLS", s.Host)
	}
	return fmt.Sprintf("%v in clear text", s.Host)
}

func array(all []string) []string {
	if all == nil {
		return []string{}
	}
	return all
}

// The elements of JUnit's XML, as continuous integration servers read it.
type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string     `xml:"classname,attr"`
	Name    string     `xml:"name,attr"`
	Failure *junitText `xml:"failure"`
	Error   *junitText `xml:"error"`
	Skipped *junitText `xml:"skipped"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// ConformJUnit writes a run as JUnit XML: a test case for each scenario and mode.
func ConformJUnit(w io.Writer, c Conformance) error {
	suite := junitSuite{Name: joined(" ", "mxlab conform", c.Driver, c.Version)}
	for _, x := range c.Cells {
		one := junitCase{Class: x.Mode, Name: x.Scenario}
		text := &junitText{Message: joined(": ", theirs(x), x.Why, joined("; ", x.Differ...)), Text: joined("\n", x.Trial.Said...)}
		switch x.Verdict {
		case conform.Disagree:
			one.Failure = text
			suite.Failures++
		case conform.Unknown:
			one.Error = text
			suite.Errors++
		case conform.NotApt, conform.KnownOne:
			one.Skipped = &junitText{Message: joined(": ", string(x.Verdict), x.Why)}
			suite.Skipped++
		}
		suite.Cases = append(suite.Cases, one)
	}
	for _, s := range c.Stale {
		suite.Cases = append(suite.Cases, junitCase{Class: "known.txt", Name: s, Failure: &junitText{Message: s}})
		suite.Failures++
	}
	suite.Tests = len(suite.Cases)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(suite); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
