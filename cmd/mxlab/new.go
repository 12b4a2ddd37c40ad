package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"mxlab/scenarios"
)

func (p program) newCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "new [FILE]",
		Short: "Write a scenario with comments, to make one's own of it",
		Long: `Write a scenario that can be played as it is, with a comment on each key and
examples of what else there is. Without FILE it goes to the standard output. A
file that is there already is left alone.`,
		Example: "  mxlab new incident.yaml\n  mxlab run ./incident.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				_, err := io.WriteString(p.stdout, scenarios.Starter())
				return err
			}
			return p.writeStarter(args[0])
		},
	}
}

// writeStarter writes the starter into a file that does not exist yet.
func (p program) writeStarter(file string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already; name another file", file)
	}
	if err != nil {
		return fmt.Errorf("write a new scenario: %w", err)
	}
	_, err = io.WriteString(f, scenarios.Starter())
	if err := errors.Join(err, f.Close()); err != nil {
		return failed(fmt.Errorf("write a new scenario: %w", err))
	}
	fmt.Fprintf(p.stderr, "mxlab: wrote %s; play it with: mxlab run %s\n", file, file)
	return nil
}
