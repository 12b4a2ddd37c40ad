package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// report prints the table, and tells whether a ratio is over its bound. A
// benchmark that was not measured in every round is an error, unless the machine
// may lack what it needs: its name has changed, or it printed something else.
func report(w io.Writer, m measurements) (over bool, err error) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "ratio\tmedian\tof %d rounds\tbound\t\n", rounds)
	for _, p := range promises() {
		if p.needs != "" && len(m[p.cost]) == 0 {
			fmt.Fprintf(t, "%s\tnot measured: this needs %s\t\t\t\n", p.what, p.needs)
			continue
		}
		ratios, err := m.ratios(p)
		if err != nil {
			return false, err
		}
		got, sign, word := median(ratios), "<=", "ok"
		if p.atLeast {
			sign = ">="
		}
		if p.broken(got) {
			over, word = true, "OVER"
		}
		fmt.Fprintf(t, "%s\t%.4g\t%.4g to %.4g\t%s %g\t%s\n", p.what, got, slices.Min(ratios), slices.Max(ratios), sign, p.bound, word)
	}
	fmt.Fprintln(t, "\t\t\t\t")
	fmt.Fprintln(t, "figure\tmedian\t\t\t")
	for _, f := range figures() {
		if f.needs != "" && len(m[f.of]) == 0 {
			fmt.Fprintf(t, "%s\tnot measured: this needs %s\t\t\n", f.what, f.needs)
			continue
		}
		values, err := m.values(f.of, f.unit)
		if err != nil {
			return false, err
		}
		fmt.Fprintf(t, "%s\t%.0f\t%.0f to %.0f\t\t\n", f.what, median(values), slices.Min(values), slices.Max(values))
	}
	return over, t.Flush()
}

// broken reports whether a ratio is on the wrong side of the bound.
func (p promise) broken(ratio float64) bool {
	if p.atLeast {
		return ratio < p.bound
	}
	return ratio > p.bound
}

// ratios gives the ratio in each round, or the value where there is no unit.
func (m measurements) ratios(p promise) ([]float64, error) {
	in, per := cmp.Or(p.in, "ns/op"), cmp.Or(p.per, 1)
	ratios, err := m.values(p.cost, in)
	if err != nil {
		return nil, err
	}
	ratios = slices.Clone(ratios)
	for i := range ratios {
		ratios[i] /= per
	}
	if p.unit == (benchmark{}) {
		return ratios, nil
	}
	unit, err := m.values(p.unit, in)
	if err != nil {
		return nil, err
	}
	for i := range ratios {
		ratios[i] /= unit[i]
	}
	return ratios, nil
}

func (m measurements) values(b benchmark, unit string) ([]float64, error) {
	values := m[b][unit]
	if len(values) != rounds {
		return nil, fmt.Errorf("%s of %s was measured %d times in %d rounds, in %s", b.name, b.pkg, len(values), rounds, unit)
	}
	return values, nil
}

// median is the middle one of an odd number of values.
func median(values []float64) float64 {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
