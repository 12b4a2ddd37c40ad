package conform

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"mxlab/fakedns"
	"mxlab/scenarios"
	"mxlab/verify"
)

// A Job is a task and the world in which it is done. It is written as JSON for
// whoever makes the world.
type Job struct {
	Story string // as scenarios.Find takes it
	World string // the name of the scenario
	Task  Task
}

// An Answer is what came of a job.
type Answer struct {
	Version string
	Trials  []Trial
	Seen    []Seen
	Err     string // why there is no more; empty if all went well
}

// Play does a job. It is given by whoever can make worlds.
type Play func(Job) (Answer, error)

// newJob gives the job of sending under some modes in a scenario.
func newJob(s *scenarios.Scenario, d Driver, o Options, asks []Ask, patience int) Job {
	story := s.Story().Name
	if !catalogue()[story] {
		story = s.Story().File
	}
	t := Task{Driver: d.Name, Command: o.Command, Trees: o.Trees, Scenario: s.Name, Domain: s.Domain,
		To:   cmp.Or(s.Sender.Recipient, "recipient") + "@" + s.Domain,
		From: cmp.Or(s.Sender.Domain, "sender.example"), EHLO: cmp.Or(strings.TrimSuffix(s.Sender.EHLO, "."), "mail.sender.example"),
		MinTLS: s.Sender.MinTLS, MaxTLS: s.Sender.MaxTLS, Cert: s.Sender.Cert != "", Known: len(s.Sender.Knows) > 0,
		Routes: s.Routes, Asks: asks, Patience: patience}
	for _, r := range s.Zone.Records() {
		if r.Type == "MX" && slices.ContainsFunc(s.Routes, func(route verify.Route) bool { return route.Name == r.Owner }) {
			t.MXs = append(t.MXs, r.Owner)
		}
	}
	for _, a := range s.Sender.Addrs {
		t.Addrs = append(t.Addrs, a.String())
	}
	return Job{story, s.Name, t}
}

// catalogue has the names of the stories that are built in.
var catalogue = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, name := range scenarios.List() {
		all[name] = true
	}
	return all
})

// alone reports whether what a host or the DNS does depends on how often it was
// asked, so that each message needs a world of its own.
func alone(s *scenarios.Scenario) bool {
	if named(s) || slices.ContainsFunc(s.Hosts, func(h scenarios.Host) bool { return len(h.Lines()) > 1 }) {
		return true
	}
	return slices.ContainsFunc(s.Faults, func(f fakedns.Fault) bool {
		text := f.String()
		return strings.Contains(text, "attempts=") || strings.Contains(text, "loss=")
	})
}

// mailbox is the local part of the sender where a scenario names it.
const mailbox = "sender"

// named reports whether a host of a scenario looks at the sender's local part, so
// that it cannot tell one message from the other.
func named(s *scenarios.Scenario) bool {
	return slices.ContainsFunc(s.Hosts, func(h scenarios.Host) bool { return strings.Contains(h.Script, "<"+mailbox+"@") })
}

// chance reports whether a sender that shuffles what is of equal rank may go
// through the hosts in another order than the zone's.
func chance(s *scenarios.Scenario) bool {
	rank := map[string]int{}
	addrs := map[string]int{}
	for _, r := range s.Zone.Records() {
		switch r.Type {
		case "MX":
			preference, _, _ := strings.Cut(strings.TrimSpace(r.Data), " ")
			rank[r.Owner+" "+preference]++
		case "A", "AAAA":
			addrs[r.Owner+" "+r.Type]++
		}
	}
	several := func(m map[string]int) bool {
		for _, n := range m {
			if n > 1 {
				return true
			}
		}
		return false
	}
	return several(rank) || several(addrs)
}

// label makes a mode the local part of an address.
func label(mode string, n int) string {
	_, setting, _ := strings.Cut(mode, "/")
	setting, _, options := strings.Cut(setting, " ")
	if options {
		setting = fmt.Sprintf("%s-%d", setting, n)
	}
	return setting
}

// ask says what is sent under a mode.
func (d Driver) ask(mode, setting string, n int) Ask {
	a := Ask{Label: label(mode, n), Mode: mode, Setting: setting, Options: map[string]string{}}
	for _, w := range strings.Fields(mode)[1:] {
		name, value, _ := strings.Cut(w, "=")
		a.Options[name] = value
	}
	return a
}
