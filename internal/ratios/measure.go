package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// perRun is how long each benchmark runs in each round.
const perRun = "100ms"

// Measurements are the values of a benchmark by unit, such as "ns/op", one for
// each round.
type measurements map[benchmark]map[string][]float64

// measure compiles the tests of the packages once, and runs their benchmarks in
// every round. The benchmarks of a package share a process in each round.
func measure(ctx context.Context, pkgs []string, stderr io.Writer) (measurements, error) {
	root, err := output(ctx, ".", "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return nil, err
	}
	root = strings.TrimSpace(root)
	bin, err := os.MkdirTemp("", "ratios")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the benchmarks: %w", err)
	}
	defer os.RemoveAll(bin)
	build := []string{"test", "-c", "-o", bin + string(filepath.Separator)}
	for _, pkg := range pkgs {
		build = append(build, "./"+pkg)
	}
	if _, err := output(ctx, root, "go", build...); err != nil {
		return nil, err
	}
	// The command, for the benchmark that starts it.
	if _, err := output(ctx, root, "go", "build", "-o", bin+string(filepath.Separator), "./cmd/mxlab"); err != nil {
		return nil, err
	}
	all := measurements{}
	for round := range rounds {
		fmt.Fprintf(stderr, "round %d of %d\n", round+1, rounds)
		for _, pkg := range pkgs {
			out, err := output(ctx, filepath.Join(root, filepath.FromSlash(pkg)), executable(bin, pkg),
				"-test.run=^$", "-test.bench="+pattern(pkg), "-test.benchtime="+perRun)
			if err != nil {
				return nil, err
			}
			all.read(pkg, out)
		}
	}
	return all, nil
}

// executable is the path of what go test -c made of a package.
func executable(bin, pkg string) string {
	name := filepath.Join(bin, path.Base(pkg)+".test")
	if _, err := os.Stat(name + ".exe"); err == nil {
		return name + ".exe"
	}
	return name
}

// output runs a command in a folder, and returns what it prints.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &said, &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("run %s in %s: %w\n%s", strings.Join(cmd.Args, " "), dir, err, said.Bytes())
	}
	return said.String(), nil
}

// result matches a line of the benchmark format, https://go.dev/design/14313-benchmark-format:
// the name, with GOMAXPROCS behind it unless it is 1, the iterations, and then
// pairs of value and unit.
var result = regexp.MustCompile(`(?m)^(Benchmark\S*?)(?:-\d+)?\s+\d+((?:\s+\S+ \S+)+)\s*$`)

// read adds what the benchmarks of a package printed.
func (m measurements) read(pkg, out string) {
	for _, line := range result.FindAllStringSubmatch(out, -1) {
		b := benchmark{pkg, line[1]}
		if m[b] == nil {
			m[b] = map[string][]float64{}
		}
		for words := strings.Fields(line[2]); len(words) > 1; words = words[2:] {
			if value, err := strconv.ParseFloat(words[0], 64); err == nil {
				m[b][words[1]] = append(m[b][words[1]], value)
			}
		}
	}
}

// top is the function that a benchmark is part of.
func top(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}

// anyOf is a regular expression for exactly these names.
func anyOf(names []string) string { return "^(" + strings.Join(names, "|") + ")$" }
