package main

import (
	"fmt"
	"io"
	"time"
)

// patience is how long a command may work without a word, and how often the
// word is renewed.
const patience = time.Second

// progress shows on a terminal what a command is doing, once it takes longer
// than a second. say is called by another goroutine. The function that it
// returns ends it and removes its line.
func progress(stderr io.Writer, say func() string) (stop func()) {
	if !terminal(stderr) {
		return func() {}
	}
	return renew(stderr, say)
}

// renew writes a line again and again over itself.
func renew(w io.Writer, say func() string) (stop func()) {
	const again = "\r\x1b[K" // to the first column, erase the line
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(patience)
		defer tick.Stop()
		shown := false
		for {
			select {
			case <-tick.C:
				shown = true
				fmt.Fprint(w, again+say())
			case <-quit:
				if shown {
					fmt.Fprint(w, again)
				}
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-done
	}
}
