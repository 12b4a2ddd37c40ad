package check

import (
	"time"

	"mxlab/verify"
	"mxlab/verify/finding"
)

// An Average is what all addresses come to at one stage.
type Average struct {
	Name    string
	Percent int           // of the addresses that passed it; those that never came so far did not
	Took    time.Duration // of the addresses that reached it, in the mean
}

// Averages gives the last row of the matrix, one for each stage; nothing if no
// host has an address.
func (r *Report) Averages() []Average {
	var rows [][]finding.Stage
	for _, h := range r.Hosts {
		if h.Hop.Addr.IsValid() {
			rows = append(rows, h.Stages)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	var list []Average
	for i, stage := range rows[0] {
		passed, reached, took := 0, 0, time.Duration(0)
		for _, row := range rows {
			if row[i].Result == verify.Passed {
				passed++
			}
			if row[i].Result != verify.NotReached {
				reached++
				took += row[i].Took
			}
		}
		list = append(list, Average{Name: stage.Name, Percent: 100 * passed / len(rows), Took: took / time.Duration(max(1, reached))})
	}
	return list
}
