package report

import (
	"io"
	"strings"

	"mxlab/scenarios/check"
	"mxlab/verify/finding"
)

// jsonReceiverTest is what check writes.
type jsonReceiverTest struct {
	Domain   string        `json:"domain"`
	Whole    bool          `json:"whole"` // false if the test did not come to its end; then there are no modes
	Hosts    []jsonHost    `json:"hosts"` // in the order in which they are tried
	Averages []jsonAverage `json:"averages"`
	Findings []jsonFinding `json:"findings"` // the gravest first
	Worst    string        `json:"worst"`    // the gravest severity; empty without findings
	Modes    []jsonMode    `json:"modes"`
}

type jsonHost struct {
	Host       string          `json:"host"`
	Address    string          `json:"address"`
	Preference int             `json:"preference"`
	Fault      string          `json:"fault"`   // why there is no address
	Product    finding.Product `json:"product"` // esa, exchange, exo; empty if it was not recognised
	Stages     []jsonStage     `json:"stages"`
	Remedies   []jsonRemedy    `json:"remedies"` // what to change, in the product's own words
}

type jsonRemedy struct {
	For       []string `json:"for"` // ids of findings
	Steps     []string `json:"steps"`
	Source    string   `json:"source"`
	Certainty string   `json:"certainty"`
}

type jsonStage struct {
	Stage        string `json:"stage"`
	Result       string `json:"result"`       // passed, failed, not reached
	Milliseconds int64  `json:"milliseconds"` // 0 in the stable form
}

type jsonAverage struct {
	Stage        string `json:"stage"`
	Percent      int    `json:"percent"`
	Milliseconds int64  `json:"milliseconds"`
}

type jsonFinding struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`
	Host     string `json:"host"`
	Address  string `json:"address"`
	Text     string `json:"text"`
	Detail   string `json:"detail"`
	Moment   string `json:"moment"` // what another run may tell otherwise; empty in the stable form
	Cure     string `json:"cure"`
}

// CheckJSON writes a receiver test as JSON; stable leaves out what the next run
// may tell otherwise.
func CheckJSON(w io.Writer, r *check.Report, stable bool) error {
	out := jsonReceiverTest{Domain: r.Assessment.Evidence.Domain, Whole: r.Whole, Hosts: []jsonHost{}, Averages: []jsonAverage{},
		Findings: findingsJSON(r.Findings, stable), Modes: []jsonMode{}}
	for _, h := range r.Hosts {
		host := jsonHost{h.Hop.Host, addressJSON(h.Hop.Addr), h.Hop.Preference, string(h.Hop.Fault), h.Product, []jsonStage{}, remediesJSON(r, h)}
		for _, s := range h.Stages {
			stage := jsonStage{s.Name, string(s.Result), s.Took.Milliseconds()}
			if stable {
				stage.Milliseconds = 0
			}
			host.Stages = append(host.Stages, stage)
		}
		out.Hosts = append(out.Hosts, host)
	}
	for _, a := range r.Averages() {
		average := jsonAverage{a.Name, a.Percent, a.Took.Milliseconds()}
		if stable {
			average.Milliseconds = 0
		}
		out.Averages = append(out.Averages, average)
	}
	if worst, any := finding.Worst(r.Findings); any {
		out.Worst = worst.String()
	}
	for _, m := range r.Assessment.Modes {
		out.Modes = append(out.Modes, modeJSON(r.Assessment, m))
	}
	return encode(w, out)
}

func foundJSON(s Ran) jsonFound {
	out := jsonFound{Claims: []jsonFindingClaim{}, Findings: []jsonFinding{}}
	if s.Check == nil {
		return out
	}
	out.Findings = findingsJSON(s.Check.Findings, true)
	for _, c := range s.Scenario.Findings {
		out.Claims = append(out.Claims, jsonFindingClaim{c.String(), c.File, c.Line, c.Holds(s.Check.Findings)})
	}
	return out
}

func findingsJSON(all []finding.Finding, stable bool) []jsonFinding {
	list := []jsonFinding{}
	for _, f := range all {
		one := jsonFinding{ID: f.Kind.ID, Severity: f.Kind.Severity.String(), Host: f.Host, Text: f.Kind.Text, Detail: f.Detail, Moment: f.Moment, Cure: f.Kind.Cure}
		if f.Addr.IsValid() {
			one.Address = f.Addr.String()
		}
		if stable {
			one.Moment = ""
		}
		list = append(list, one)
	}
	return list
}

func remediesJSON(r *check.Report, h check.Host) []jsonRemedy {
	list := []jsonRemedy{}
	for _, m := range r.Remedies(h) {
		one := jsonRemedy{For: []string{}, Source: m.Source, Certainty: m.Certainty.String()}
		for _, k := range m.For {
			one.For = append(one.For, k.ID)
		}
		for _, step := range m.Steps {
			one.Steps = append(one.Steps, strings.ReplaceAll(step, "{host}", h.Hop.Host))
		}
		list = append(list, one)
	}
	return list
}
