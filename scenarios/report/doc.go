// Package report writes results for people and for programs: the matrix of a
// run, the golden file of a scenario, the story of one delivery, and JSON. It
// is the only place that formats; everything it prints is data elsewhere.
//
// Text is made to be read in a terminal and in a review: aligned, in fixed
// words, and the same on every run. A result that rests on a rule that no
// document states has a question mark behind it.
//
// What this package never does: judge, or read anything but its arguments.
package report
