package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/serve"
)

func (p program) serveCommand() *cobra.Command {
	var dir, table string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "serve SCENARIO",
		Short: "Keep the world of a scenario up, for software that can be told a port",
		Long: `Keep the world of a scenario up on loopback until it is interrupted: its DNS
server, by UDP and TCP, and each port of each MX host and web host. The table
says which name and address stands where, and where the authorities to trust
are, in PEM.

Time is real: certificates are issued as of the present, with keys that were
never used before, and a host that is silent is silent. A host that never
answers (connect=silent) takes connections here and says nothing.

mxlab check DOMAIN --map TABLE tests the hosts of a world that is served. The
exit status is 0 when it was interrupted, 1 if it could not be served.`,
		Example: `  mxlab serve hosted/ptr-not-mx
  mxlab serve ./incident.yaml/renewed@outside --table world.json --dir ./roots
  mxlab check example.com --map world.json`,
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: completeScenario,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("serve wants one scenario, for example: mxlab serve %s", scenarios.List()[0])
			}
			return p.serve(cmd.Context(), args[0], dir, table, asJSON)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "write roots.pem into `DIR`, which is made if it does not exist; without it into a directory that is removed at the end")
	cmd.Flags().StringVar(&table, "table", "", "write the table as JSON into `FILE` when the world is up")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the table as JSON")
	return cmd
}

// serve is the command of that name.
func (p program) serve(ctx context.Context, name, dir, file string, asJSON bool) (err error) {
	s, err := oneWorld("serve", name)
	if err != nil {
		return err
	}
	if dir == "" {
		if dir, err = os.MkdirTemp("", "mxlab-serve-"); err != nil {
			return failed(fmt.Errorf("make a directory for the roots: %w", err))
		}
		defer os.RemoveAll(dir)
	} else if err := os.MkdirAll(dir, 0o755); err != nil {
		return failed(fmt.Errorf("make the directory for the roots: %w", err))
	}
	now := time.Now
	if p.net.now != nil {
		now = p.net.now
	}
	server, err := serve.Start(s, serve.Options{Now: now})
	if err != nil {
		return failed(err)
	}
	defer server.Close()
	t := server.Table()
	if t.Roots, err = p.writeRoots(server, dir); err != nil {
		return failed(err)
	}
	if err := p.printTable(t, file, asJSON); err != nil {
		return failed(err)
	}
	<-ctx.Done()
	if err := server.Err(); err != nil {
		return failed(err)
	}
	return nil
}

// writeRoots writes the authorities to trust, and gives the absolute path.
func (p program) writeRoots(server *serve.Server, dir string) (string, error) {
	var pems bytes.Buffer
	for _, c := range server.Roots() {
		if err := pem.Encode(&pems, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
			return "", fmt.Errorf("write the roots: %w", err)
		}
	}
	file, err := filepath.Abs(filepath.Join(dir, "roots.pem"))
	if err != nil {
		return "", fmt.Errorf("write the roots: %w", err)
	}
	if err := os.WriteFile(file, pems.Bytes(), 0o644); err != nil {
		return "", fmt.Errorf("write the roots: %w", err)
	}
	return file, nil
}

// printTable writes the table into its file, and then to the standard output:
// whoever has read that finds the file.
func (p program) printTable(t serve.Table, file string, asJSON bool) error {
	if file != "" {
		f, err := os.Create(file)
		if err != nil {
			return fmt.Errorf("write the table: %w", err)
		}
		if err := errors.Join(t.Write(f), f.Close()); err != nil {
			return err
		}
	}
	if asJSON {
		return t.Write(p.stdout)
	}
	report.Served(p.stdout, t, p.style())
	fmt.Fprintln(p.stderr, "mxlab: the world is up; interrupt it to end it")
	return nil
}
