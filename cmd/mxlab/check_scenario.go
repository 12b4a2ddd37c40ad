package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mxlab/scenarios"
	"mxlab/scenarios/check"
	"mxlab/scenarios/world"
	"mxlab/verify"
	"mxlab/verify/finding"
)

// checkScenario tests the world of a scenario, as the scenario's own sender.
func (p program) checkScenario(ctx context.Context, modes []verify.Policy, o checkOptions) (*check.Report, error) {
	for name, given := range map[string]string{"dns": o.dns, "ca": o.ca, "helo": o.helo, "from": o.from, "map": o.table} {
		if given != "" {
			return nil, fmt.Errorf("--%s says something about the real internet, and --scenario has its own; leave one of them out", name)
		}
	}
	s, err := oneWorld("check", o.scenario)
	if err != nil {
		return nil, err
	}
	w, err := world.New(s, time.Time{})
	if err != nil {
		return nil, failed(err)
	}
	defer w.Close()
	within := o.timeout
	if !o.timed {
		within = 0
	}
	r, err := w.Check(ctx, finding.Test{Injection: o.injection}, s.Policies(modes), within)
	switch {
	case ctx.Err() != nil:
		return nil, failed(ctx.Err())
	case err != nil:
		return r, unfinished(err, s.Name, o.timeout)
	}
	return r, nil
}

// oneWorld finds the one world that a name stands for.
func oneWorld(command, name string) (*scenarios.Scenario, error) {
	list, err := scenarios.Find(name)
	if err != nil {
		return nil, err
	}
	if len(list) == 1 {
		return list[0], nil
	}
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
	}
	const most = 6
	if more := len(names) - most; more > 0 {
		names = append(names[:most], fmt.Sprintf("and %d more", more))
	}
	return nil, fmt.Errorf("%s takes one world, but %s has %d: %s; name one of them", command, name, len(list), strings.Join(names, ", "))
}
