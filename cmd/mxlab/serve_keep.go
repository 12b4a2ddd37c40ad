package main

import (
	"bytes"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"mxlab/scenarios"
	"mxlab/scenarios/report"
	"mxlab/scenarios/serve"
)

// watchEvery is how often the file of a scenario is looked at.
const watchEvery = 500 * time.Millisecond

// serve is the command of that name.
func (p program) serve(ctx context.Context, name string, o serveOptions) error {
	// A supervisor ends it by another signal than a person does.
	ctx, release := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer release()
	list, err := scenarios.Find(name)
	if err != nil {
		return err
	}
	if n := stories(list); n != 1 {
		return fmt.Errorf("serve takes one scenario, but %s are %d; the first is %s", name, n, list[0].Name)
	}
	s := list[0]
	places, err := serve.ParsePlaces(o.listen, o.beyond)
	if err != nil {
		return err
	}
	if o.dir == "" {
		if o.dir, err = os.MkdirTemp("", "mxlab-serve-"); err != nil {
			return failed(fmt.Errorf("make a directory for the roots: %w", err))
		}
		defer os.RemoveAll(o.dir)
	} else if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return failed(fmt.Errorf("make the directory for the roots: %w", err))
	}
	results := p.stdout
	if o.print != "" {
		p.stdout = p.stderr
	}
	style := p.style()
	p.stdout = &oneByOne{w: p.stdout}
	so := serve.Options{Now: time.Now, Places: places}
	if p.net.now != nil {
		so.Now = p.net.now
	}
	if !o.quiet && !o.json {
		so.Witness = report.NewCurt(p.stdout, style)
	}
	if so.Roots, err = filepath.Abs(filepath.Join(o.dir, "roots.pem")); err != nil {
		return failed(fmt.Errorf("write the roots: %w", err))
	}
	var control net.Listener
	if o.control != "off" {
		var taken *net.OpError
		if control, err = serve.ListenControl(o.control); errors.As(err, &taken) {
			return failed(err)
		} else if err != nil {
			return err
		}
		defer control.Close()
		so.Control = control.Addr()
	}
	so.Journal = serve.NewJournal(so.Now, func(entry any) {
		if o.json && !o.quiet {
			report.JSONLine(p.stdout, entry)
		}
	})
	server, err := serve.Start(s, so)
	if err != nil {
		return failed(err)
	}
	defer server.Close()
	before, err := p.tell(server, o)
	if err != nil {
		return failed(err)
	}
	if o.print != "" {
		if err := report.Configuration(results, o.print, before); err != nil {
			return err
		}
	}
	if o.json {
		err = before.Write(p.stdout)
	} else {
		report.Served(p.stdout, before, style)
		fmt.Fprintln(p.stderr, "mxlab: the world is up; interrupt it to end it")
	}
	if err != nil {
		return failed(err)
	}
	director := serve.NewDirector(server, s, func(what string) error {
		after, err := p.tell(server, o)
		if o.json {
			err = errors.Join(err, report.JSONLine(p.stdout, serve.Changed{Event: "changed", What: what, Table: after}))
		} else {
			report.ServedNow(p.stdout, what, before, after, style)
		}
		before = after
		return err
	})
	if control != nil {
		defer serve.StartControl(control, server, director, so.Journal).Close()
	}
	watching := time.NewTicker(watchEvery)
	defer watching.Stop()
	director.Watch(ctx, watching.C, func(err error) {
		fmt.Fprintf(p.stderr, "%v\nmxlab: the world stays as it was\n", err)
	})
	<-ctx.Done()
	if err := server.Err(); err != nil {
		return failed(err)
	}
	return nil
}

// tell writes the files that tell of the world: the authorities, and the table.
// Whoever has read the table finds them.
func (p program) tell(server *serve.Server, o serveOptions) (t serve.Table, err error) {
	t = server.Table()
	if err := writeRoots(server, t.Roots); err != nil || o.table == "" {
		return t, err
	}
	var b bytes.Buffer
	if err := t.Write(&b); err != nil {
		return t, err
	}
	if err := replace(o.table, b.Bytes()); err != nil {
		return t, fmt.Errorf("write the table: %w", err)
	}
	return t, nil
}

// writeRoots writes the authorities to trust.
func writeRoots(server *serve.Server, file string) error {
	var pems bytes.Buffer
	for _, c := range server.Roots() {
		if err := pem.Encode(&pems, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
			return fmt.Errorf("write the roots: %w", err)
		}
	}
	if err := replace(file, pems.Bytes()); err != nil {
		return fmt.Errorf("write the roots: %w", err)
	}
	return nil
}

// replace writes a file of which others see all or nothing.
func replace(file string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// oneByOne is a writer for many goroutines, of which each writes whole lines.
type oneByOne struct {
	mu sync.Mutex
	w  io.Writer
}

func (o *oneByOne) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.w.Write(b)
}
