package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/verify"
	"mxlab/verify/probe"
)

// checkOptions are the flags of check.
type checkOptions struct {
	dns     string
	ca      string
	helo    string
	from    string
	modes   []string
	timeout time.Duration
	json    bool
}

func (p program) checkCommand() *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check DOMAIN",
		Short: "Ask a domain of the real internet what its hosts show, and what each mode makes of it",
		Long: `Ask the DNS for the hosts that take a domain's mail, talk to each as a sender
does, up to RCPT TO:<postmaster@DOMAIN>, and say for each mode what would become
of a message. No message is sent.

It has to run where connections to port 25 are let out; most home and cloud
networks block them. The exit status is 0 if it was found out what each mode
would do, even if that is nothing good; 1 if it could not be found out; 2 if
check was used wrongly.`,
		Example: `  mxlab check example.com
  mxlab check example.com --helo mail.sender.example --from me@sender.example
  mxlab check example.com --dns 192.0.2.53 --ca company-roots.pem --mode 'esa/*verify*' --json`,
		Args: checkArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.check(cmd.Context(), args[0], o)
		},
	}
	cmd.Flags().StringVar(&o.dns, "dns", "", "ask the name server at `ADDR`, a host or host:port; without it the first of /etc/resolv.conf")
	cmd.Flags().StringVar(&o.ca, "ca", "", "trust the certificates of `FILE` (PEM); without it the authorities that the system trusts")
	cmd.Flags().StringVar(&o.helo, "helo", "", "say EHLO `NAME`; without it this machine's name, or its address")
	cmd.Flags().StringVar(&o.from, "from", "", "say MAIL FROM `MAILBOX`; without it the null sender")
	cmd.Flags().StringArrayVar(&o.modes, "mode", nil, "only the modes that match `GLOB`: esa/5, 'esa/*verify*'; may be repeated")
	cmd.Flags().DurationVar(&o.timeout, "timeout", 2*time.Minute, "give up after this time")
	cmd.Flags().BoolVar(&o.json, "json", false, "write JSON")
	return cmd
}

func checkArgs(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("check wants one domain, for example: mxlab check example.com; there are %d", len(args))
	}
	return nil
}

// check is the command of that name.
func (p program) check(ctx context.Context, arg string, o checkOptions) error {
	domain, err := scenarios.ParseDomain(arg)
	if err != nil {
		return fmt.Errorf("domain %q: %w", arg, err)
	}
	modes, err := selectModes(o.modes)
	if err != nil {
		return err
	}
	client, err := p.client(o)
	if err != nil {
		return err
	}
	anchors, err := trustAnchors(o.ca)
	if err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	started := time.Now()
	stop := progress(p.stderr, func() string {
		return fmt.Sprintf("asking the hosts of %s, %v", domain, time.Since(started).Round(time.Second))
	})
	ev := verify.Evidence{Domain: domain, Now: client.Now(), Anchors: anchors, Paths: &verify.Paths{}}
	err = client.Gather(bounded, &ev, modes)
	if err == nil {
		err = client.Reverse(bounded, &ev)
	}
	stop()
	switch {
	case ctx.Err() != nil:
		return failed(ctx.Err())
	case mute(ev):
		return failed(fmt.Errorf("the name server %s does not answer; name another with --dns", client.Resolver))
	case blocked(ev):
		return failed(errors.New("no host answered on port 25: this network probably blocks outgoing SMTP; run mxlab from a mail server's network"))
	case bounded.Err() != nil:
		return failed(fmt.Errorf("%s could not be asked to the end within %v; give it longer with --timeout", domain, o.timeout))
	case err != nil:
		return failed(err)
	}
	a := verify.Assess(ev, modes)
	if !o.json {
		report.Check(p.stdout, a, p.style())
		return nil
	}
	if err := report.AssessmentJSON(p.stdout, a); err != nil {
		return failed(err)
	}
	return nil
}

// client makes the sender that check is.
func (p program) client(o checkOptions) (*probe.Client, error) {
	c := &probe.Client{Dial: p.net.dial, Now: p.net.now, Name: o.helo, From: o.from}
	if c.Now == nil {
		c.Now = time.Now
	}
	var err error
	if c.Resolver, err = resolver(o.dns); err != nil {
		return nil, err
	}
	if o.timeout <= 0 {
		return nil, fmt.Errorf("--timeout %v: write a time above zero, such as 2m", o.timeout)
	}
	if strings.ContainsFunc(o.helo, notInCommand) {
		return nil, fmt.Errorf("--helo %q: write a host name, such as mail.sender.example", o.helo)
	}
	if strings.ContainsFunc(o.from, notInCommand) || o.from != "" && !strings.Contains(o.from, "@") {
		return nil, fmt.Errorf("--from %q: write a mailbox without angle brackets, such as me@sender.example", o.from)
	}
	// RFC 5321 section 4.1.4: EHLO says a fully qualified name, else the address.
	if name, err := os.Hostname(); c.Name == "" && err == nil && strings.Contains(name, ".") && !strings.ContainsFunc(name, notInCommand) {
		c.Name = name
	}
	return c, nil
}

// notInCommand tells the characters that would end an argument of an SMTP
// command, or begin another command.
func notInCommand(r rune) bool { return r <= ' ' || r >= 0x7f || r == '<' || r == '>' }

// mute reports whether the name server gave no answer to anything.
func mute(ev verify.Evidence) bool {
	for _, a := range ev.Lookups {
		if a.Status != verify.TimeOut {
			return false
		}
	}
	return len(ev.Lookups) > 0
}

// blocked reports whether connections were tried and none came about.
func blocked(ev verify.Evidence) bool {
	for _, s := range ev.Sessions {
		if s.Stop == nil || s.Stop.Stage != verify.StageConnect {
			return false
		}
	}
	return len(ev.Sessions) > 0
}
