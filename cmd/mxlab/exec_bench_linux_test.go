package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// BenchmarkExec measures what a world for a command costs, in the same process
// as the unit of its bound: namespaces by unshare(1), and four starts of mxlab. It
// takes the mxlab that lies beside the test, or else the test for one.
func BenchmarkExec(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	if beside := filepath.Join(filepath.Dir(self), "mxlab"); exec.Command(beside, "--version").Run() == nil {
		self = beside
	}
	run := func(b *testing.B, path string, args ...string) {
		if err := (&exec.Cmd{Path: path, Args: args}).Run(); err != nil {
			b.Fatalf("%v: %v", args, err)
		}
	}
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		b.Skip("unshare is missing; install util-linux to compare with it")
	}
	if !namespaces() {
		b.Skip("exec needs the namespaces of Linux; mxlab exec hosted/ptr-not-mx says what to do about it")
	}
	b.Run("floor", func(b *testing.B) {
		for b.Loop() {
			run(b, unshare, "unshare", "-Urnmp", "--fork", "true")
			for range 4 {
				run(b, self, "mxlab", "--version")
			}
		}
	})
	b.Run("exec", func(b *testing.B) {
		for b.Loop() {
			run(b, self, "mxlab", "exec", "hosted/ptr-not-mx", "--", "true") // two hosts
		}
	})
}
