package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"

	"mxlab/scenarios"
	"mxlab/scenarios/conform"
	"mxlab/scenarios/report"
)

// conformOptions are the flags of conform.
type conformOptions struct {
	driver  string
	trees   string
	modes   []string
	raw     bool
	json    bool
	junit   string
	jobs    int
	verbose bool
	inside  bool // this is process 1 of a world
	perform bool // this is its command
}

func (p program) conformCommand() *cobra.Command {
	var o conformOptions
	cmd := &cobra.Command{
		Use:   "conform --driver NAME|COMMAND [SCENARIO|THEME|FILE|DIR ...]",
		Short: "Hold running mail software against the modes (Linux)",
		Long: `Run a sender that is not mxlab's in the world of each scenario, and compare what
becomes of its message with what a mode says. Without arguments the whole
catalogue is played.`,
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.inside:
				return p.conformInside()
			case o.perform:
				return p.conformPerform(cmd.Context())
			}
			return p.conform(cmd.Context(), args, o)
		},
	}
	cmd.Flags().StringVar(&o.driver, "driver", "", "the sender: a `NAME`, or a command")
	cmd.Flags().StringVar(&o.trees, "trees", os.Getenv("MXLAB_TREES"), "look for programs in the packages unpacked below `DIR`; MXLAB_TREES if not given")
	cmd.Flags().StringArrayVar(&o.modes, "mode", nil, "only the modes that match `GLOB`; may be repeated")
	cmd.Flags().BoolVar(&o.raw, "raw", false, "tell what the sender did, and compare with nothing")
	cmd.Flags().BoolVar(&o.json, "json", false, "write JSON")
	cmd.Flags().StringVar(&o.junit, "junit", "", "write JUnit XML to `FILE` too")
	cmd.Flags().IntVarP(&o.jobs, "jobs", "j", 2*runtime.NumCPU(), "worlds at once")
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "tell of each scenario and mode")
	cmd.Flags().BoolVar(&o.inside, "inside", false, "")
	cmd.Flags().BoolVar(&o.perform, "perform", false, "")
	cmd.Flags().MarkHidden("inside")
	cmd.Flags().MarkHidden("perform")
	return cmd
}

// conform is the command of that name.
func (p program) conform(ctx context.Context, args []string, o conformOptions) error {
	if o.driver == "" {
		return fmt.Errorf("conform wants a driver, for example: mxlab conform --driver postfix; there are %s", strings.Join(driverNames(), ", "))
	}
	d, err := conform.Find(o.driver)
	if err != nil {
		return err
	}
	options := conform.Options{Driver: d, Trees: o.trees, Raw: o.raw, Jobs: o.jobs}
	if o.trees != "" {
		if options.Trees, err = filepath.Abs(o.trees); err != nil {
			return err
		}
	}
	if len(o.modes) > 0 {
		if options.Modes, err = selectModes(o.modes); err != nil {
			return err
		}
	}
	list, err := scenarios.Find(args...)
	if err != nil {
		return err
	}
	if _, _, err := d.Here(options.Trees); err != nil {
		return failed(fmt.Errorf("%s cannot be tried here: %w; %s", d.Title, err, d.Install))
	}
	version, err := conform.Version(list[0], options, p.playJob)
	if err != nil {
		return failed(fmt.Errorf("%s cannot be tried here: %w", d.Title, err))
	}
	fmt.Fprintf(p.stderr, "mxlab: %s, %s\n", d.Title, version)
	// While worlds run signals are handed on to what is in them.
	ctx, release := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer release()
	var finished atomic.Int64
	stop := progress(p.stderr, func() string { return fmt.Sprintf("%d of %d scenarios tried", finished.Load(), len(list)) })
	cells, err := conform.Run(ctx, list, options, p.playJob, func(cells []conform.Cell) {
		finished.Add(1)
		if o.raw || o.verbose {
			report.Conformed(p.stdout, cells)
		}
	})
	stop()
	if err != nil {
		return failed(err)
	}
	_ = cells
	return nil
}

func driverNames() (all []string) {
	for _, d := range conform.Drivers() {
		all = append(all, d.Name)
	}
	return all
}
