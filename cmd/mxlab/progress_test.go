package main

import (
	"bytes"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestProgress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		works time.Duration
		want  string
	}{
		{900 * time.Millisecond, ""},
		{2500 * time.Millisecond, "\r\x1b[Kstep 1\r\x1b[Kstep 2\r\x1b[K"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var w bytes.Buffer
			step := 0
			stop := renew(&w, func() string { step++; return fmt.Sprintf("step %d", step) })
			<-time.After(c.works)
			stop()
			assert.Equal(t, c.want, w.String(), "the words of a command that works for %v", c.works)
		})
	}
}

func TestProgressIsForTerminals(t *testing.T) {
	t.Parallel()
	stop := progress(&bytes.Buffer{}, func() string { panic("nobody looks") })
	stop()
}
