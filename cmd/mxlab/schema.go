package main

import (
	"github.com/spf13/cobra"

	"mxlab/scenarios"
)

func (p program) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of scenarios, for editors",
		Long: `Print the JSON Schema of a scenario file. An editor that has it completes the
keys, tells what stands there and marks what does not belong. Many editors take
it from the first line of a file:

  # yaml-language-server: $schema=scenario.schema.json`,
		Example: "  mxlab schema > scenario.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if _, err := p.stdout.Write(scenarios.Schema()); err != nil {
				return failed(err)
			}
			return nil
		},
	}
}
