package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mxlab/pki"
	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// certsPassword is that of every PKCS #12 file. The keys are no secret.
const certsPassword = "mxlab"

func (p program) certsCommand() *cobra.Command {
	var dir string
	var present bool
	cmd := &cobra.Command{
		Use:   "certs SCENARIO -o DIR",
		Short: "Write a scenario's roots, chains and keys as PEM and PKCS #12",
		Long: `Write the certificates of a scenario into a directory, so that other software can
be tested with them:

  roots.pem  roots.p12             what the sender trusts
  LABEL-chain.pem  LABEL-key.pem   what a host with that certificate sends, and its key
  LABEL.p12                        both
  HOST_PATH                        the lists and the certificates under web:, in
                                   DER, each named by its URL

The password of the PKCS #12 files is mxlab. Each phase and view of a scenario
beyond the first has a directory of its own. The certificates are of the
scenario's time, and always the same bytes; with --now they are of the present.

The keys are public: whoever has mxlab has them. Trust the roots in a test only.`,
		Example:           "  mxlab certs chain/expired-intermediate -o ./certs\n  mxlab certs ./incident.yaml -o ./certs --now",
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: completeScenario,
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 1:
				return fmt.Errorf("certs wants one scenario, for example: mxlab certs %s -o ./certs", scenarios.List()[0])
			case dir == "":
				return errors.New("certs wants a directory to write into; add -o DIR")
			}
			now := world.Now
			switch {
			case present && p.net.now != nil:
				now = p.net.now()
			case present:
				now = time.Now()
			}
			return p.certs(args[0], dir, now)
		},
	}
	cmd.Flags().StringVarP(&dir, "output", "o", "", "the directory; it is made if it does not exist")
	cmd.Flags().BoolVar(&present, "now", false, "make them as of the present, not as of the scenario's time")
	return cmd
}

// certs is the command of that name.
func (p program) certs(name, dir string, now time.Time) error {
	list, err := scenarios.Find(name)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.Story() != list[0].Story() {
			return fmt.Errorf("certs takes one scenario, but %s are %d; the first is %s", name, stories(list), list[0].Name)
		}
	}
	for _, s := range list {
		part := filepath.FromSlash(strings.TrimPrefix(strings.TrimPrefix(s.Name, s.Story().Name), "/"))
		if err := p.writeCerts(s, filepath.Join(dir, part), now); err != nil {
			return failed(err)
		}
	}
	fmt.Fprintln(p.stderr, "mxlab: the keys are public; trust the roots in a test only")
	return nil
}

// writeCerts writes the files of one world, and their names to the output.
func (p program) writeCerts(s *scenarios.Scenario, dir string, now time.Time) error {
	lab := pki.NewLab(now)
	for _, c := range s.Certs {
		if err := lab.Add(c.Label, c.Spec); err != nil {
			return fmt.Errorf("make the certificates of %s: %w", s.Name, err)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the directory of %s: %w", s.Name, err)
	}
	roots := lab.Roots()
	if s.Sender.Trust != nil {
		var err error
		if roots, err = lab.RootsOf(s.Sender.Trust); err != nil {
			return fmt.Errorf("make the roots of %s: %w", s.Name, err)
		}
	}
	store, err := pki.TrustPKCS12(roots, certsPassword)
	if err != nil {
		return err
	}
	if err := p.write(dir, "roots.pem", pki.TrustPEM(roots), 0o644); err != nil {
		return err
	}
	if err := p.write(dir, "roots.p12", store, 0o644); err != nil {
		return err
	}
	for _, c := range s.Certs {
		cert, err := lab.Issue(c.Label)
		if err != nil {
			return fmt.Errorf("make the certificates of %s: %w", s.Name, err)
		}
		if err := p.writeCert(dir, cert); err != nil {
			return err
		}
	}
	return p.writeWeb(s, lab, dir, now.Add(s.At))
}

// writeWeb writes what the authorities of a world publish at a time; of OCSP
// there is nothing until somebody asks.
func (p program) writeWeb(s *scenarios.Scenario, lab *pki.Lab, dir string, at time.Time) error {
	for _, res := range s.Web {
		if res.Publication == nil || res.Publication.Kind == pki.OCSP {
			continue
		}
		der, err := lab.Publish(*res.Publication, nil, at)
		if err != nil {
			return fmt.Errorf("make what stands at %s: %w", res.URL, err)
		}
		if err := p.write(dir, fileOf(res.URL), der, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// fileOf gives the name of the file for what stands at a URL: its host and
// path, with an underscore for whatever a file name may not have.
func fileOf(url string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, strings.TrimPrefix(url, "http://"))
}

// writeCert writes one certificate with its chain and key.
func (p program) writeCert(dir string, c *pki.Certificate) error {
	chain, key, err := c.PEM()
	if err != nil {
		return err
	}
	both, err := c.PKCS12(certsPassword)
	if err != nil {
		return err
	}
	if err := p.write(dir, c.Label+"-chain.pem", chain, 0o644); err != nil {
		return err
	}
	if err := p.write(dir, c.Label+"-key.pem", key, 0o600); err != nil {
		return err
	}
	return p.write(dir, c.Label+".p12", both, 0o600)
}

func (p program) write(dir, name string, text []byte, mode os.FileMode) error {
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, text, mode); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	fmt.Fprintln(p.stdout, file)
	return nil
}
