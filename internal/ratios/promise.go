package main

import "slices"

// A benchmark names one measurement: the package, from the root of the module,
// and the benchmark in it.
type benchmark struct{ pkg, name string }

// A promise bounds the ratio of two benchmarks of one package: what an operation
// of cost takes, divided by that of unit. Without a unit it bounds the value
// itself, divided by per. With atLeast the bound is the lowest that will do,
// else it is the highest. With needs a machine without that keeps the promise
// unmeasured.
type promise struct {
	what       string
	cost, unit benchmark
	in         string  // what is compared, as the benchmarks report it; the time if empty
	per        float64 // 1 if zero
	bound      float64
	atLeast    bool
	needs      string
}

// beside is the unit, or cost itself if there is none.
func (p promise) beside() benchmark {
	if p.unit == (benchmark{}) {
		return p.cost
	}
	return p.unit
}

func promises() []promise {
	const probe, world, fakedns, pki, mxlab = "verify/probe", "scenarios/world", "fakedns", "pki", "cmd/mxlab"
	session := benchmark{world, "BenchmarkWorld/session"}
	return []promise{
		{what: "a probe session, in sessions written by hand", bound: 1.3,
			cost: benchmark{probe, "BenchmarkSession/probe"}, unit: benchmark{probe, "BenchmarkSession/floor"}},
		{what: "a world of two hosts started and closed, in sessions", bound: 5,
			cost: benchmark{world, "BenchmarkWorld/start"}, unit: session},
		{what: "one host's verdicts under all modes, paths built, in sessions", bound: 0.01,
			cost: benchmark{world, "BenchmarkWorld/judge"}, unit: session},
		{what: "the start of a host in a world of 10,000, in that in one of 100", bound: 1.2, in: "ns/host",
			cost: benchmark{world, "BenchmarkWorld10k/10000"}, unit: benchmark{world, "BenchmarkWorld10k/100"}},
		{what: "memory of a host in a world of 10,000, in KB", bound: 40, in: "B/host", per: 1000,
			cost: benchmark{world, "BenchmarkWorld10k/10000"}},
		{what: "memory of a host that was visited, in KB", bound: 40, in: "B/host", per: 1000,
			cost: benchmark{world, "BenchmarkWorld10k/visited"}},
		{what: "the catalogue under all modes, in as many bare TLS sessions", bound: 2, in: "cpu-ns/session",
			cost: benchmark{world, "BenchmarkCatalogue/play"}, unit: benchmark{world, "BenchmarkCatalogue/bare"}},
		// The rate of one is the inverse of its time.
		{what: "the rate at which fakedns answers A, in that of miekg/dns alone", bound: 0.85, atLeast: true,
			cost: benchmark{fakedns, "BenchmarkAnswerA/floor"}, unit: benchmark{fakedns, "BenchmarkAnswerA/fakedns"}},
		{what: "a signature by cfssl, in those of x509.CreateCertificate", bound: 3,
			cost: benchmark{pki, "BenchmarkSign/cfssl"}, unit: benchmark{pki, "BenchmarkSign/x509"}},
		{what: "mxlab exec -- true, in unshare -- true and four starts of mxlab", bound: 1, needs: "namespaces of Linux, and unshare (util-linux)",
			cost: benchmark{mxlab, "BenchmarkExec/exec"}, unit: benchmark{mxlab, "BenchmarkExec/floor"}},
		{what: "a real Postfix in ever other worlds, at the rate of one by hand", bound: 0.5, atLeast: true, in: "messages/s", needs: postfix,
			cost: benchmark{mxlab, "BenchmarkPostfix/worlds"}, unit: benchmark{mxlab, "BenchmarkPostfix/hand"}},
	}
}

// postfix is what the figures of Postfix need.
const postfix = "namespaces of Linux, and Postfix"

// A figure is a rate that is shown, without a bound.
type figure struct {
	what string
	of   benchmark
	unit string // as the benchmark reports it

	needs string // as of a promise
}

func figures() []figure {
	return []figure{
		{what: "deliveries a second, one after the other", of: benchmark{"scenarios/world", "BenchmarkWorld/deliver"}, unit: "deliveries/s"},
		{what: "verdicts a second, paths built", of: benchmark{"scenarios/world", "BenchmarkWorld/judge"}, unit: "verdicts/s"},
		{what: "messages a second of a real Postfix in ever other worlds", of: benchmark{"cmd/mxlab", "BenchmarkPostfix/worlds"}, unit: "messages/s", needs: postfix},
		{what: "messages a second of a real Postfix in one world, by hand", of: benchmark{"cmd/mxlab", "BenchmarkPostfix/hand"}, unit: "messages/s", needs: postfix},
	}
}

// packages lists the packages whose benchmarks are needed.
func packages() []string {
	var all []string
	for _, p := range promises() {
		all = append(all, p.cost.pkg, p.beside().pkg)
	}
	for _, f := range figures() {
		all = append(all, f.of.pkg)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// pattern selects the benchmarks of a package that are needed, for -test.bench.
func pattern(pkg string) string {
	var names []string
	for _, p := range promises() {
		if p.cost.pkg == pkg {
			names = append(names, top(p.cost.name), top(p.beside().name))
		}
	}
	for _, f := range figures() {
		if f.of.pkg == pkg {
			names = append(names, top(f.of.name))
		}
	}
	slices.Sort(names)
	return anyOf(slices.Compact(names))
}
