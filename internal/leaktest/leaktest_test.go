package leaktest

import (
	"strings"
	"testing"
)

// A goroutine that waits is found while it waits, and not after it ended.
func TestLeftover(t *testing.T) {
	started, end, ended := make(chan bool), make(chan bool), make(chan bool)
	go waitOn(started, end, ended)
	<-started
	if g := leftover([]string{"leaktest.waitOn"}); !strings.Contains(g, "waitOn") {
		t.Errorf("the goroutine was not found; got %q", g)
	}
	close(end)
	<-ended
	if g := leftover([]string{"no such function"}); g != "" {
		t.Errorf("found %q, which was not asked for", g)
	}
}

func waitOn(started, end, ended chan bool) {
	started <- true
	<-end
	ended <- true
}
