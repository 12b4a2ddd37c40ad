package serve_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/serve"
)

// A file that changes is served anew; one with a mistake is not.
func TestWatch(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "f.yaml")
	age := time.Now()
	write := func(changes ...string) {
		require.NoError(t, os.WriteFile(file, []byte(strings.NewReplacer(changes...).Replace(plainText)), 0o600))
		age = age.Add(time.Second) // a clock may be coarse
		require.NoError(t, os.Chtimes(file, age, age))
	}
	write()
	s := find(t, file)
	sv := start(t, s)
	table := sv.Table()
	var said []string
	var mistakes []error
	d := serve.NewDirector(sv, s, func(what string) error { said = append(said, what); return nil })
	ctx, cancel := context.WithCancel(t.Context())
	ticks := make(chan time.Time)
	var watching sync.WaitGroup
	watching.Go(func() { d.Watch(ctx, ticks, func(err error) { mistakes = append(mistakes, err) }) })
	look := func() { // what is done at a tick is over when the next one but one was taken
		for range 3 {
			ticks <- time.Time{}
		}
	}

	look()
	assert.Equal(t, file, table.Scenario, "other commands find it by that")
	open := session(t, table, "192.0.2.1:25")
	write("192.0.2.1: one", "192.0.2.1: one, rcpt=550")
	look()
	assert.Equal(t, []string{"reloaded " + file}, said)
	assert.Equal(t, table.Ports[0].At, sv.Table().Ports[0].At, "the port")
	assert.NoError(t, send(open), "the session that was open")
	assert.ErrorContains(t, send(session(t, table, "192.0.2.1:25")), "550")

	write("192.0.2.1: one", "192.0.2.1: one, rcpt=no")
	look()
	require.Len(t, mistakes, 1, "told once")
	assert.Contains(t, mistakes[0].Error(), file+":12:19: ")
	assert.ErrorContains(t, send(session(t, table, "192.0.2.1:25")), "550", "the world before")
	require.NoError(t, os.Remove(file))
	look()
	assert.Len(t, mistakes, 1, "an editor may be about to put it back")

	write()
	look()
	assert.Len(t, said, 2)
	assert.NoError(t, send(session(t, table, "192.0.2.1:25")))
	cancel()
	watching.Wait()
	assert.Len(t, mistakes, 1)
}

// Changes lie over whichever phase is played, until they are dropped.
func TestDirector(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Parse("f.yaml", "f", []byte(plainText+"then:\n  - phase: second\n    at: +40d\n    hosts:\n      192.0.2.1: one, rcpt=450\n  - phase: third\n    at: +41d\n"))
	require.NoError(t, err)
	sv := start(t, s)
	var said []string
	d := serve.NewDirector(sv, s, func(what string) error { said = append(said, what); return nil })
	table := sv.Table()
	rcpt := func() error { return send(session(t, table, "192.0.2.1:25")) }

	require.NoError(t, d.Change([]byte("hosts:\n  192.0.2.1: one, rcpt=551\n")))
	assert.ErrorContains(t, rcpt(), "551")
	require.ErrorContains(t, d.Change([]byte("hosts:\n  192.0.2.1: nobody\n")), "change 2:2:14: ")
	assert.ErrorContains(t, rcpt(), "551")
	require.NoError(t, d.Play(""))
	assert.Equal(t, "second", d.Scenario().Phase)
	assert.ErrorContains(t, rcpt(), "551", "a change lies above the phase")
	require.NoError(t, d.Restore())
	assert.ErrorContains(t, rcpt(), "450")
	require.NoError(t, d.Play("third"))
	assert.Error(t, d.Play(""), "there is no phase behind it")
	assert.ErrorContains(t, d.Play("thrid"), `did you mean "third"`)
	assert.ErrorContains(t, d.Reload(), "not read from a file")
	assert.Equal(t, []string{"change 1", "phase second", "as f/second has it", "phase third"}, said)
}
