package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

func (p program) explainCommand() *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain SCENARIO [MODE]",
		Short: "Tell the story of a delivery: what was asked, shown, compared and decided",
		Long: `Tell the story of a scenario in the order in which it happened: where the mail
goes, what each host said and showed, what became of the messages of the senders
about which the scenario claims something, and what to change. A story of
several phases and views is told phase by phase, and in each only what is new;
NAME/PHASE, NAME@VIEW and NAME/PHASE@VIEW select some worlds.

With MODE, or --mode, those senders are told, in every world that was selected,
and with every check: what was compared with what, and by which rule. A single
mode is told with each line of the SMTP dialogue and with the document behind
each rule. --all tells all modes so; --json has all modes, unless some are named.
A listener in place of MODE tells what it makes of the scenario's sender. The
exit status is 0 whatever became of the message.`,
		Example: `  mxlab explain hosted/ptr-not-mx
  mxlab explain hosted/ptr-not-mx esa/required-verify
  mxlab explain hosted/ptr-not-mx --mode exchange --mode exo
  mxlab explain ./incident.yaml/renewed@outside
  mxlab explain ./incident.yaml 'esa/listener-required verify-client=yes'
  mxlab explain ./incident.yaml 'esa/6 mx-names=connected' --json`,
		Args:              explainArgs,
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.explain(cmd.Context(), args[0], append(args[1:], o.modes...), o)
		},
	}
	cmd.Flags().StringArrayVar(&o.modes, "mode", nil, "tell the modes that match `GLOB`, with every check: exchange, esa/5, 'esa/*verify*'; may be repeated")
	cmd.Flags().BoolVar(&o.all, "all", false, "tell all modes, with every check")
	cmd.Flags().BoolVar(&o.json, "json", false, "write JSON")
	return cmd
}

// explainOptions are the flags of explain.
type explainOptions struct {
	modes     []string
	all, json bool
}

func explainArgs(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return fmt.Errorf("explain wants a scenario, for example: mxlab explain %s", scenarios.List()[0])
	case len(args) > 2:
		return fmt.Errorf("explain takes one scenario and one mode, but there is %q too; write a mode with options in quotes, 'esa/6 mx-names=connected'", args[2])
	}
	return nil
}

// explain is the command of that name.
func (p program) explain(ctx context.Context, name string, patterns []string, o explainOptions) error {
	if o.all && len(patterns) > 0 {
		return fmt.Errorf("--all tells all modes; leave out %q", patterns[0])
	}
	var listener verify.Listener
	if len(patterns) == 1 {
		if l, err := scenarios.ParseListener(patterns[0]); err == nil {
			listener, patterns = l, nil
		}
	}
	base, err := selectModes(patterns)
	if err != nil {
		return err
	}
	list, err := scenarios.Find(name)
	if err != nil {
		return err
	}
	for _, w := range list {
		if w.Story() != list[0].Story() {
			return fmt.Errorf("explain takes one scenario, but %s are %d; the first is %s", name, stories(list), list[0].Name)
		}
	}
	if listener != nil {
		return p.explainListener(ctx, list, listener, o.json)
	}
	// The advice for one mode looks at the others, so all of them are run.
	results, err := p.runAll(ctx, list, func(s *scenarios.Scenario) []verify.Policy {
		return world.Policies(s, union(scenarios.Modes(), base))
	}, nil)
	if err != nil {
		return failed(err)
	}
	run := report.Run{Modes: base}
	for i, r := range results {
		if len(patterns) > 0 {
			r.Modes = chosen(r.Modes, r.Scenario.Policies(base))
		}
		run.Results = append(run.Results, report.Ran{Result: r, Golden: report.GoldenSkipped})
		if o.json || !o.all && len(patterns) == 0 {
			continue
		}
		if i > 0 {
			fmt.Fprint(p.stdout, "\n\n")
		}
		report.Explain(p.stdout, r, r.Modes, p.style())
	}
	if !o.json {
		if !o.all && len(patterns) == 0 {
			report.Story(p.stdout, results, p.style())
		}
		return nil
	}
	if err := report.RunJSON(p.stdout, run); err != nil {
		return failed(err)
	}
	return nil
}

// explainListener tells what a listener makes of the senders of some worlds,
// whether they claim it or not.
func (p program) explainListener(ctx context.Context, list []*scenarios.Scenario, l verify.Listener, asJSON bool) error {
	asked := make([]*scenarios.Scenario, len(list))
	for i, w := range list {
		one := *w
		claimed := slices.IndexFunc(w.Receive, func(c scenarios.Receipt) bool { return c.Mode == l.Mode() })
		if one.Receive = []scenarios.Receipt{{Mode: l.Mode(), Listener: l}}; claimed >= 0 {
			one.Receive = w.Receive[claimed : claimed+1]
		}
		asked[i] = &one
	}
	results, err := p.runAll(ctx, asked, func(*scenarios.Scenario) []verify.Policy { return nil }, nil)
	if err != nil {
		return failed(err)
	}
	var run report.Run
	for i, r := range results {
		run.Results = append(run.Results, report.Ran{Result: r, Golden: report.GoldenSkipped})
		if asJSON {
			continue
		}
		if i > 0 {
			fmt.Fprint(p.stdout, "\n\n")
		}
		report.ExplainReceived(p.stdout, r, r.Received[0], p.style())
	}
	if !asJSON {
		return nil
	}
	if err := report.RunJSON(p.stdout, run); err != nil {
		return failed(err)
	}
	return nil
}

// stories counts the files that worlds come from.
func stories(list []*scenarios.Scenario) int {
	known := map[*scenarios.Story]bool{}
	for _, w := range list {
		known[w.Story()] = true
	}
	return len(known)
}

// union gives two lists of modes, each mode once.
func union(a, b []verify.Policy) []verify.Policy {
	all := append([]verify.Policy(nil), a...)
	for _, p := range b {
		if !contains(a, p.Mode()) {
			all = append(all, p)
		}
	}
	return all
}

// chosen gives the results under some modes.
func chosen(results []world.ModeResult, modes []verify.Policy) (some []world.ModeResult) {
	for _, m := range results {
		if contains(modes, m.Policy.Mode()) {
			some = append(some, m)
		}
	}
	return some
}

func contains(modes []verify.Policy, mode string) bool {
	for _, p := range modes {
		if p.Mode() == mode {
			return true
		}
	}
	return false
}
