package main

import (
	"github.com/spf13/cobra"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
)

func (p program) listCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:               "list [THEME|DIR ...]",
		Short:             "List the scenarios of the catalogue with their titles",
		Example:           "  mxlab list\n  mxlab list starttls\n  mxlab list ./incidents",
		ValidArgsFunction: completeScenario,
		RunE: func(_ *cobra.Command, args []string) error {
			list, err := scenarios.Find(args...)
			switch {
			case err != nil:
				return err
			case asJSON:
				if err := report.ScenariosJSON(p.stdout, list); err != nil {
					return failed(err)
				}
			default:
				report.Scenarios(p.stdout, list, p.style())
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}
