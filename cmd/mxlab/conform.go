package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"

	"mxlab/scenarios"
	"mxlab/scenarios/conform"
	"mxlab/scenarios/report"
	"mxlab/verify"
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
becomes of its message with what the modes say. Without scenarios the whole
catalogue is played.

The sender runs unmodified, as in mxlab exec. What the hosts took, and whether in
TLS, they say themselves; whether a message was returned or is kept, and whom the
sender believes to have met, is read in its log. Its time-outs are its defaults
divided by 60, and so are the delays of the scenario.

A driver is a name, or a command in quotes that reads a question as JSON and writes
its answer, see docs/conform.md; a command is compared with the modes of --mode.
A program is looked for below --trees, where packages are unpacked each into a
folder of its name (exim4, opensmtpd, sendmail), then in the system.

A difference counts only if it comes again twice, with that scenario and mode alone
and twice the patience. Those that are known to be facts about the product are
listed in scenarios/conform/known.txt with their reasons; one that is listed and
does not occur any more is told too. A driver that cannot tell is not taken for one
that agrees: that is "not found out".

The exit status is 0 if all agrees or is known, 1 if something does not, was not
found out, or is known and gone, and 2 if conform was used wrongly.`,
		Example: `  mxlab conform --driver postfix
  mxlab conform --driver exim --trees ./trees starttls chain/expired
  mxlab conform --driver postfix --mode 'postfix/ver*' -v hosted
  mxlab conform --driver ./my-verifier --mode postfix/secure names
  mxlab conform --driver sendmail --junit sendmail.xml --json > sendmail.json`,
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
	cmd.Flags().IntVarP(&o.jobs, "jobs", "j", 0, "worlds at once; if not given, two for each processor, and eight if the product waits in them without being started anew")
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
	var modes []verify.Policy
	if len(o.modes) > 0 {
		var err error
		if modes, err = selectModes(o.modes); err != nil {
			return err
		}
	}
	d, command, err := theDriver(o.driver, modes)
	if err != nil {
		return err
	}
	options := conform.Options{Driver: d, Command: command, Modes: modes, Trees: o.trees, Raw: o.raw, Jobs: o.jobs}
	if o.jobs <= 0 {
		options.Jobs = 2 * runtime.NumCPU()
		if d.Stays() {
			options.Jobs = 8 * runtime.NumCPU()
		}
	}
	if o.trees != "" {
		if options.Trees, err = filepath.Abs(o.trees); err != nil {
			return err
		}
	}
	if !d.Compares() && !o.raw {
		return fmt.Errorf("there is no mode that %s is compared with; --raw tells what it does", o.driver)
	}
	list, err := scenarios.Find(args...)
	if err != nil {
		return err
	}
	known, err := conform.Known()
	if err != nil {
		return failed(err)
	}
	options.Known = known
	if _, _, err := d.Here(options.Trees); err != nil {
		return failed(fmt.Errorf("%s cannot be tried here: %w; %s", d.Title, err, d.Install))
	}
	all := new(stages)
	defer all.close()
	version, err := conform.Version(list[0], options, all.play)
	if err != nil {
		return failed(fmt.Errorf("%s cannot be tried here: %w", d.Title, err))
	}
	fmt.Fprintf(p.stderr, "mxlab: %s\n", strings.TrimSuffix(d.Title+", "+version, ", "))
	cells, err := p.conformAll(ctx, list, options, o, all.play)
	if err != nil {
		return failed(err)
	}
	c := report.Conformance{Driver: d.Name, Version: version, Cells: cells, Stale: conform.Settle(d.Name, known, cells)}
	if err := p.conformTell(c, o); err != nil {
		return failed(err)
	}
	if !c.Holds() {
		return didNotHold()
	}
	return nil
}

// conformAll plays the scenarios, and tells of each if that is wanted.
func (p program) conformAll(ctx context.Context, list []*scenarios.Scenario, options conform.Options, o conformOptions, play conform.Play) ([]conform.Cell, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // there is little that lives long
	// While worlds run, signals are handed on to what is in them.
	ctx, release := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer release()
	var finished atomic.Int64
	defer progress(p.stderr, func() string { return fmt.Sprintf("%d of %d scenarios tried", finished.Load(), len(list)) })()
	return conform.Run(ctx, list, options, play, func(cells []conform.Cell) {
		finished.Add(1)
		if !o.json && (o.raw || o.verbose) {
			report.Conformed(p.stdout, cells)
		}
	})
}

// conformTell writes the results.
func (p program) conformTell(c report.Conformance, o conformOptions) error {
	if o.junit != "" {
		var b bytes.Buffer
		if err := report.ConformJUnit(&b, c); err != nil {
			return err
		}
		if err := os.WriteFile(o.junit, b.Bytes(), 0o666); err != nil {
			return err
		}
	}
	switch {
	case o.json:
		return report.ConformJSON(p.stdout, c)
	case !o.raw:
		if o.verbose {
			fmt.Fprintln(p.stdout)
		}
		report.ConformTable(p.stdout, c, p.style())
	}
	return nil
}

// theDriver finds a driver by its name, or makes one of a command.
func theDriver(name string, modes []verify.Policy) (conform.Driver, []string, error) {
	d, err := conform.Find(name)
	words := strings.Fields(name)
	if err == nil || len(words) == 1 && !strings.Contains(name, "/") {
		return d, nil, err
	}
	if len(modes) == 0 {
		return d, nil, fmt.Errorf("a command is compared with a mode; say which one, for example: --mode postfix/secure")
	}
	if strings.Contains(words[0], "/") {
		if words[0], err = filepath.Abs(words[0]); err != nil {
			return d, nil, err
		}
	}
	return conform.Command(words, modes), words, nil
}

func driverNames() (all []string) {
	for _, d := range conform.Drivers() {
		all = append(all, d.Name)
	}
	return all
}
