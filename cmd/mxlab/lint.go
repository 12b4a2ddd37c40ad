package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"mxlab/scenarios"
)

func (p program) lintCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "lint [SCENARIO|THEME|FILE|DIR ...]",
		Short: "Check scenarios without playing them",
		Long: `Check scenarios without starting a world. All mistakes of a file are told at
once, each with its line, its column and what to write instead. In a file
without mistakes lint finds what does nothing: certificates that no host uses,
hosts that no name leads to, faults that no mode can notice; and claims that
cannot hold, alone or together. The exit status is 1 if anything was found.`,
		Example:           "  mxlab lint\n  mxlab lint ./incidents\n  mxlab lint ./incident.yaml --json",
		ValidArgsFunction: completeScenario,
		RunE:              func(_ *cobra.Command, args []string) error { return p.lint(args, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}

// A remark is what lint --json writes of each thing that it found.
type remark struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"` // in characters
	Message string `json:"message"`
}

// lint is the command of that name.
func (p program) lint(names []string, asJSON bool) error {
	found, files, err := scenarios.LintFiles(names...)
	if err != nil {
		return err
	}
	if asJSON {
		list := []remark{}
		for _, e := range found {
			list = append(list, remark{e.File, e.Line, e.Col, e.Msg})
		}
		enc := json.NewEncoder(p.stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(map[string]any{"files": files, "findings": list}); err != nil {
			return failed(fmt.Errorf("write JSON: %w", err))
		}
	} else {
		if len(found) > 0 {
			fmt.Fprintf(p.stdout, "%v\n\n", found)
		}
		fmt.Fprintf(p.stdout, "%s: %s\n", count(files, "file"), count(len(found), "finding"))
	}
	if len(found) > 0 {
		return didNotHold()
	}
	return nil
}

// count writes a number of things.
func count(n int, what string) string {
	switch n {
	case 0:
		return "no " + what + "s"
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
