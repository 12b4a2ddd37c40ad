package main

import (
	"github.com/spf13/cobra"

	"mxlab/scenarios/report"
)

func (p program) modesCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "modes",
		Short: "List the modes: each sender's TLS settings, their options and sources",
		Long: `List the modes. Each is one TLS setting of a product: what it does in a sentence,
its number and name in the product's menu, its options with their values, the
default first, and the documents that the rules rest on. Behind them stand the
listeners of the receiving side, which a scenario has under receive:.`,
		Example: "  mxlab modes\n  mxlab modes --json | jq '.rules[] | select(.certainty == \"inferred\")'",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				if err := report.ModesJSON(p.stdout); err != nil {
					return failed(err)
				}
				return nil
			}
			report.Modes(p.stdout, p.style())
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}
