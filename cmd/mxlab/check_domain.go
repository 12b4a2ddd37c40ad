package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"mxlab/scenarios"
	"mxlab/scenarios/check"
	"mxlab/scenarios/serve"
	"mxlab/verify"
	"mxlab/verify/finding"
	"mxlab/verify/probe"
)

// checkDomain tests a domain of the real internet. There is no report where
// nothing was found out about it.
func (p program) checkDomain(ctx context.Context, arg string, modes []verify.Policy, o checkOptions) (*check.Report, error) {
	domain, err := scenarios.ParseDomain(arg)
	if err != nil {
		return nil, fmt.Errorf("domain %q: %w", arg, err)
	}
	var products map[netip.Addr]finding.Product
	if o.table != "" {
		t, err := o.follow()
		if err != nil {
			return nil, err
		}
		p.net.dial, products = t.Dial, t.Products()
	}
	client, err := p.client(o)
	if err != nil {
		return nil, err
	}
	anchors, err := trustAnchors(o.ca)
	if err != nil {
		return nil, err
	}
	bounded, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	started := time.Now()
	stop := progress(p.stderr, func() string {
		return fmt.Sprintf("testing the hosts of %s, %v", domain, time.Since(started).Round(time.Second))
	})
	ev := verify.Evidence{Domain: domain, Now: client.Now(), Anchors: anchors}
	r, err := check.Tester{Client: client, Test: finding.Test{Injection: o.injection}, Products: products}.Run(bounded, &ev, modes)
	stop()
	switch {
	case ctx.Err() != nil:
		return nil, failed(ctx.Err())
	case mute(ev):
		return nil, failed(fmt.Errorf("the name server %s does not answer; name another with --dns", client.Resolver))
	case blocked(ev) && o.table == "":
		return nil, failed(errors.New("no host answered on port 25: this network probably blocks outgoing SMTP; run mxlab from a mail server's network"))
	case err != nil:
		return r, unfinished(err, domain, o.timeout)
	}
	return r, nil
}

// follow takes the way to the hosts from a table, and with it the resolver and the
// authorities, unless others were named.
func (o *checkOptions) follow() (serve.Table, error) {
	f, err := os.Open(o.table)
	if err != nil {
		return serve.Table{}, fmt.Errorf("--map: %w", err)
	}
	defer f.Close()
	t, err := serve.ReadTable(f)
	if err != nil {
		return serve.Table{}, fmt.Errorf("--map %s: %w", o.table, err)
	}
	o.dns, o.ca = cmp.Or(o.dns, t.DNS), cmp.Or(o.ca, t.Roots)
	return t, nil
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
