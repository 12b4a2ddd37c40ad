package report

import (
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// The JSON output. Field names are lower case with underscores and stay as they
// are; new ones may come. Every field is always there: text that does not apply
// is empty, an array without elements is [], never null. The words (outcomes,
// reasons, results, certainties) are those of package verify.

// jsonRun is what run and explain write; explain has one scenario.
type jsonRun struct {
	Scenarios []jsonScenario `json:"scenarios"`
	Holds     bool           `json:"holds"` // every claim and golden, no disagreement, no stray
	Summary   string         `json:"summary"`
}

type jsonScenario struct {
	Name    string         `json:"name"`
	File    string         `json:"file"`
	Title   string         `json:"title"`
	Source  string         `json:"source"`
	Domain  string         `json:"domain"`
	Modes   []jsonMode     `json:"modes"`
	Claims  []jsonClaim    `json:"claims"`  // about the modes that were run, in the order of the file
	Receive []jsonReceived `json:"receive"` // what listeners made of the sender, in the order of the file
	Agreed  bool           `json:"agreed"`  // judgement, delivery and the hosts' records, under every mode
	Found   jsonFound      `json:"receiver_test"`
	Strays  []string       `json:"strays"` // what a real sender would have found elsewhere
	Golden  GoldenState    `json:"golden"`
	Holds   bool           `json:"holds"`
}

// jsonFound is the receiver test of a scenario that has claims about it.
type jsonFound struct {
	Claims   []jsonFindingClaim `json:"claims"`
	Findings []jsonFinding      `json:"findings"`
}

type jsonFindingClaim struct {
	Words string `json:"words"`
	File  string `json:"file"`
	Line  int    `json:"line"`
	Holds bool   `json:"holds"`
}

type jsonMode struct {
	Mode         string         `json:"mode"`
	Outcome      verify.Outcome `json:"outcome"`
	Reason       verify.Reason  `json:"reason"`
	Detail       verify.Detail  `json:"detail"`
	Match        string         `json:"match"`
	Via          string         `json:"via"`
	Certainty    string         `json:"certainty"`
	Disagreement string         `json:"disagreement"`
	Advice       string         `json:"advice"`
	Verdicts     []jsonVerdict  `json:"verdicts"` // one for each address of each host, in the order in which they are tried
	Queue        []jsonQueueRun `json:"queue"`    // the later queue runs, where a claim is about them
	Final        string         `json:"final"`    // what the message ended in, where it was given up, in the words of a claim
}

type jsonQueueRun struct {
	Run          int           `json:"run"` // 2 for the one behind the first
	AfterSeconds int           `json:"after_seconds"`
	Result       string        `json:"result"` // in the words of a claim
	Certainty    string        `json:"certainty"`
	Verdicts     []jsonVerdict `json:"verdicts"`
}

type jsonVerdict struct {
	Host      string         `json:"host"`
	Address   string         `json:"address"` // with its port; empty if there is none
	Tried     bool           `json:"tried"`   // false behind the host that decided
	Outcome   verify.Outcome `json:"outcome"`
	Reason    verify.Reason  `json:"reason"`
	Detail    verify.Detail  `json:"detail"`
	Match     string         `json:"match"`
	Certainty string         `json:"certainty"`
	Said      jsonSaying     `json:"said"`    // what the product itself prints
	Decided   []string       `json:"decided"` // the rules on which the outcome rests
	Checks    []jsonCheck    `json:"checks"`  // in the order in which the sender makes them
}

type jsonSaying struct {
	Text      string `json:"text"`      // empty if that is not known; then so is the rest
	Source    string `json:"source"`    // the document that has it
	Certainty string `json:"certainty"` //
}

type jsonCheck struct {
	Rule      string        `json:"rule"`
	Source    string        `json:"source"` // the document that states the rule
	Certainty string        `json:"certainty"`
	Subject   string        `json:"subject"`
	Kind      verify.Kind   `json:"kind"`      // of the reference identifier
	Reference string        `json:"reference"` // the reference identifier
	From      verify.Source `json:"from"`      // which presented identifiers were compared
	Presented []string      `json:"presented"` // these
	Matched   string        `json:"matched"`   // the one that matched
	Result    verify.Result `json:"result"`
	Why       string        `json:"why"`
}

type jsonClaim struct {
	Mode    string     `json:"mode"`
	File    string     `json:"file"`
	Line    int        `json:"line"`
	Words   []string   `json:"words"` // of the first queue run
	Then    [][]string `json:"then"`  // of those behind it
	Finally []string   `json:"finally"`
	Holds   bool       `json:"holds"`
}

// RunJSON writes a run, or a part of it that is to be explained, as JSON.
func RunJSON(w io.Writer, r Run) error {
	out := jsonRun{Scenarios: []jsonScenario{}, Holds: r.Holds(), Summary: r.Summary()}
	for _, s := range r.Results {
		out.Scenarios = append(out.Scenarios, scenarioJSON(s))
	}
	return encode(w, out)
}

func scenarioJSON(s Ran) jsonScenario {
	out := jsonScenario{Name: s.Scenario.Name, File: s.Scenario.File, Title: s.Scenario.Title, Source: s.Scenario.Source,
		Domain: s.Scenario.Domain, Modes: []jsonMode{}, Claims: []jsonClaim{}, Receive: receivedJSON(s.Received), Agreed: true, Strays: full(s.Strays), Golden: s.Golden, Holds: s.Holds()}
	out.Found = foundJSON(s)
	for _, m := range s.Modes {
		mode := modeJSON(s.Assessment, m.Assessed)
		mode.Disagreement = m.Disagreement()
		if m.Queue != nil {
			mode.Queue, mode.Final = queueJSON(m.Queue), strings.TrimSpace(m.Queue.Final.Words())
		}
		out.Agreed = out.Agreed && mode.Disagreement == ""
		out.Modes = append(out.Modes, mode)
	}
	for _, got := range out.Receive {
		out.Agreed = out.Agreed && got.Disagreement == ""
	}
	for _, c := range s.Scenario.Expect {
		for _, m := range s.Modes {
			if m.Policy.Mode() == c.Mode {
				then := [][]string{}
				for _, w := range c.Then {
					then = append(then, full(w))
				}
				broken := slices.ContainsFunc(m.Broken(), func(b scenarios.Claim) bool { return b.Line == c.Line && b.File == c.File })
				out.Claims = append(out.Claims, jsonClaim{c.Mode, c.File, c.Line, full(c.Words), then, full(c.Finally), !broken})
			}
		}
	}
	return out
}

func modeJSON(a verify.Assessment, m verify.Assessed) jsonMode {
	d := m.Delivery
	return jsonMode{Mode: m.Policy.Mode(), Outcome: d.Outcome, Reason: d.Reason, Detail: d.Detail, Match: d.Match, Via: d.Via,
		Certainty: d.Certainty.String(), Advice: Advice(a, m), Verdicts: verdictsJSON(m), Queue: []jsonQueueRun{}}
}

func verdictsJSON(m verify.Assessed) []jsonVerdict {
	all := []jsonVerdict{}
	for i, v := range m.Verdicts {
		all = append(all, verdictJSON(v, slices.Contains(m.Tried(), i)))
	}
	return all
}

func queueJSON(q *world.Queue) []jsonQueueRun {
	all := []jsonQueueRun{}
	for _, r := range q.Runs {
		all = append(all, jsonQueueRun{r.Number, int(r.Due.Seconds()), r.Delivery.Words(), r.Delivery.Certainty.String(), verdictsJSON(r.Assessed)})
	}
	return all
}

func verdictJSON(v verify.Verdict, tried bool) jsonVerdict {
	out := jsonVerdict{Host: v.Host, Address: addressJSON(v.Addr), Tried: tried, Outcome: v.Outcome, Reason: v.Reason, Detail: v.Detail,
		Match: v.Match, Certainty: v.Certainty.String(), Decided: []string{}, Checks: []jsonCheck{}}
	if v.Said.Text != "" {
		out.Said = jsonSaying{v.Said.Text, v.Said.Source, v.Said.Certainty.String()}
	}
	for _, r := range v.Decided {
		out.Decided = append(out.Decided, r.ID)
	}
	for _, c := range v.Checks {
		out.Checks = append(out.Checks, jsonCheck{Rule: c.Rule.ID, Source: c.Rule.Source, Certainty: c.Rule.Certainty.String(), Subject: c.Subject,
			Kind: c.Kind, Reference: c.Reference, From: c.From, Presented: full(c.Presented), Matched: c.Matched, Result: c.Result, Why: c.Why})
	}
	return out
}

func addressJSON(a netip.AddrPort) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// full gives a list that JSON does not write as null.
func full(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// encode writes a value, indented, with <, > and & as they are.
func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
