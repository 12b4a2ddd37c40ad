package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/spf13/cobra"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/world"
	"mxlab/verify"
)

// runOptions are the flags of run.
type runOptions struct {
	modes   []string
	update  bool
	verbose bool
	json    bool
}

func (p program) runCommand() *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:   "run [SCENARIO|THEME|FILE|DIR ...]",
		Short: "Play scenarios and compare what comes about with what they claim",
		Long: `Play scenarios, each in a world of its own, and compare what comes about with
the claims of the scenario and with the golden file beside it. Without arguments
the whole catalogue is played. A file without a golden is judged by its claims.

A story of several phases and views has a line for each; NAME/PHASE and
NAME@VIEW select some of them.

The matrix shows the outcome under each mode; ? marks a result that rests on a
rule that no document states. What does not hold is shown below it.

With --mode goldens are not compared, because they are for all modes. --update
writes the goldens, and nothing else: beside the files, or for names of the
catalogue in the checkout of mxlab around the working directory.`,
		Example: `  mxlab run
  mxlab run hosted starttls/refused-454
  mxlab run --mode 'esa/*verify*' -v ./incidents
  mxlab run --update ./incident.yaml
  mxlab run --json | jq '.scenarios[] | select(.holds | not).name'`,
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.play(cmd.Context(), args, o)
		},
	}
	cmd.Flags().StringArrayVar(&o.modes, "mode", nil, "only the modes that match `GLOB`: esa/5, 'esa/*verify*', 'esa/6 mx-names=connected'; may be repeated")
	cmd.Flags().BoolVar(&o.update, "update", false, "write the golden files")
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "show what each mode came to in full")
	cmd.Flags().BoolVar(&o.json, "json", false, "write JSON")
	return cmd
}

// play is the command run.
func (p program) play(ctx context.Context, args []string, o runOptions) error {
	if o.update && len(o.modes) > 0 {
		return errors.New("--update writes goldens, which are for all modes; leave out --mode")
	}
	columns, err := selectModes(o.modes)
	if err != nil {
		return err
	}
	list, err := scenarios.Find(args...)
	if err != nil {
		return err
	}
	if o.update {
		// Nothing is written if there is no place for all of them.
		for _, s := range list {
			if _, err := s.GoldenFile(); err != nil {
				return err
			}
		}
	}
	modes := func(s *scenarios.Scenario) []verify.Policy { return world.Policies(s, columns) }
	if len(o.modes) > 0 {
		modes = func(s *scenarios.Scenario) []verify.Policy { return s.Policies(columns) }
	}
	var rows *report.Rows
	if !o.json {
		rows = report.NewRows(p.stdout, list, columns, o.verbose, p.style())
	}
	results, trouble := p.runAll(ctx, list, modes, rows)
	if ctx.Err() != nil {
		return failed(ctx.Err())
	}
	r := report.Run{Modes: columns}
	for _, result := range results {
		if result == nil {
			continue // trouble tells why
		}
		ran := report.Ran{Result: result, Golden: report.GoldenSkipped}
		if len(o.modes) == 0 {
			ran.Golden = report.CompareGolden(result)
		}
		r.Results = append(r.Results, ran)
	}
	if o.update {
		if err := p.update(r); err != nil {
			return failed(err)
		}
	}
	if o.json {
		if err := report.RunJSON(p.stdout, r); err != nil {
			return failed(err)
		}
	} else {
		st := p.style()
		rows.End()
		report.Failures(p.stdout, r, st)
		fmt.Fprintf(p.stdout, "\n%s\n", r.Summary())
	}
	if trouble != nil {
		return failed(trouble)
	}
	if !r.Holds() {
		return didNotHold()
	}
	return nil
}

// selectModes gives the modes that the patterns select, each once; all of them
// without a pattern.
func selectModes(patterns []string) ([]verify.Policy, error) {
	if len(patterns) == 0 {
		return scenarios.Modes(), nil
	}
	var selected []verify.Policy
	known := map[string]bool{}
	for _, pattern := range patterns {
		some, err := scenarios.MatchModes(pattern)
		if err != nil {
			return nil, fmt.Errorf("mode %q: %w", pattern, err)
		}
		for _, m := range some {
			if !known[m.Mode()] {
				known[m.Mode()] = true
				selected = append(selected, m)
			}
		}
	}
	return selected, nil
}

// runAll plays the scenarios. Each is told in its row as soon as it can be;
// without rows a line says how far it came.
func (p program) runAll(ctx context.Context, list []*scenarios.Scenario, modes func(*scenarios.Scenario) []verify.Policy, rows *report.Rows) ([]*world.Result, error) {
	if rows != nil {
		return world.RunAll(ctx, list, modes, func(r *world.Result) {
			if r != nil {
				rows.Add(report.Ran{Result: r})
			}
		})
	}
	var finished atomic.Int64
	stop := progress(p.stderr, func() string {
		return fmt.Sprintf("%d of %d scenarios played", finished.Load(), len(list))
	})
	defer stop()
	return world.RunAll(ctx, list, modes, func(*world.Result) { finished.Add(1) })
}

// update brings the golden files of a run up to date. A story's file is written
// with all its worlds; those that were not played stay as they are in it.
func (p program) update(r report.Run) error {
	played := map[*scenarios.Scenario][]byte{}
	for _, ran := range r.Results {
		played[ran.Scenario] = report.Golden(ran.Result)
	}
	written := map[*scenarios.Story]bool{}
	for i, ran := range r.Results {
		if ran.Golden == report.GoldenHolds {
			continue
		}
		story := ran.Scenario.Story()
		r.Results[i].Golden = report.GoldenWritten
		if written[story] {
			continue
		}
		written[story] = true
		file, err := ran.Scenario.GoldenFile()
		if err != nil {
			return err
		}
		text := story.Golden(func(w *scenarios.Scenario) ([]byte, bool) { text, ok := played[w]; return text, ok })
		if err := os.WriteFile(file, text, 0o666); err != nil {
			return fmt.Errorf("write the golden file: %w", err)
		}
		fmt.Fprintf(p.stderr, "mxlab: wrote %s\n", file)
	}
	return nil
}

// completeScenario completes names of the catalogue, and files.
func completeScenario(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return scenarios.List(), cobra.ShellCompDirectiveDefault
}
