package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mxlab/internal/nearest"
	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/verify/probe"
)

// The exit statuses.
const (
	allHeld     = 0
	notHeld     = 1
	usedWrongly = 2
	interrupted = 130 // 128 + SIGINT, as shells have it
)

// A program is one call of mxlab.
type program struct {
	stdout, stderr io.Writer
	net            network
}

// A network is how check reaches the internet. The zero network is the real
// one.
type network struct {
	dial probe.DialFunc   // nil for the probe's own
	now  func() time.Time // nil for the wall clock
}

// A failure is an error that a command met while it worked, with the exit
// status that it leads to. Every other error tells of wrong usage.
type failure struct {
	status int
	err    error // nil if all was said already
}

func (f *failure) Error() string { return fmt.Sprint(f.err) }
func (f *failure) Unwrap() error { return f.err }

// failed makes an error that is not the caller's mistake.
func failed(err error) error { return &failure{notHeld, err} }

// didNotHold is the result of a command that said why already.
func didNotHold() error { return &failure{status: notHeld} }

func (p program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var f *failure
	var passedOn anExitStatus
	switch {
	case err == nil:
		return allHeld
	case errors.As(err, &passedOn):
		return int(passedOn)
	case ctx.Err() != nil:
		fmt.Fprintln(p.stderr, "mxlab: interrupted")
		return interrupted
	case errors.As(err, &f):
		if f.err != nil {
			fmt.Fprintf(p.stderr, "mxlab: %v\n", f.err)
		}
		return f.status
	}
	var mistakes scenarios.Errors
	if errors.As(err, &mistakes) {
		// Editors find FILE:LINE:COLUMN at the start of a line.
		fmt.Fprintln(p.stderr, mistakes)
		return usedWrongly
	}
	fmt.Fprintf(p.stderr, "mxlab: %s\n", strings.TrimSpace(err.Error()))
	return usedWrongly
}

// root is the command that all others are below.
func (p program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "mxlab",
		Short: "What would a sender's TLS setting do with this message?",
		Long: `mxlab plays incidents of mail delivery over TLS in a world of its own, and says
for each sender's setting what becomes of the message, and why.

The exit status is 0 if all held, 1 if something did not, 2 if mxlab was used
wrongly. Colours are off where the output is no terminal or NO_COLOR is set.`,
		Example: `  mxlab run                                 play the whole catalogue
  mxlab run ./incident.yaml                 play an incident of your own
  mxlab explain hosted/ptr-not-mx esa/5     tell why it was delivered, or not
  mxlab check example.com                   test the hosts of a domain`,
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetFlagErrorFunc(flagError)
	root.SetVersionTemplate("mxlab {{.Version}}\n")
	root.AddCommand(p.runCommand(), p.explainCommand(), p.checkCommand(), p.serveCommand(), p.execCommand(), p.conformCommand(), p.listCommand(), p.certsCommand(), p.modesCommand(),
		p.newCommand(), p.lintCommand(), p.schemaCommand())
	return root
}

// flagError says of an unknown flag which one was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	if name := nearest.Word(unknown.GetSpecifiedName(), known...); name != "" {
		return fmt.Errorf("%w; did you mean --%s?", err, name)
	}
	return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
}

// version is that of the module, or of the revision it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "revision " + s.Value
		}
	}
	return "unreleased"
}

// style is that of the standard output.
func (p program) style() report.Style { return report.Style{Color: coloured(p.stdout)} }
