package scenarios

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/internal/nearest"
	"mxlab/verify/finding"
)

// A FindingClaim is one line under findings:, written by hand: what a receiver
// test finds.
//
//	ID [HOST]
//
//	certificate-expired
//	certificate-expired mx01.example.com
//
// In the place of the list the word none claims that nothing is found but what
// is only worth knowing (finding.Info).
type FindingClaim struct {
	ID   string // of a finding.Kind; empty for none
	Host string // as in the MX record; empty for any, or none at all
	File string
	Line int
	Col  int // in characters
}

// String gives the claim as it is written.
func (c FindingClaim) String() string {
	if c.ID == "" {
		return "none"
	}
	return strings.TrimSpace(c.ID + " " + c.Host)
}

// Holds tells whether what was found is what the claim says.
func (c FindingClaim) Holds(found []finding.Finding) bool {
	if c.ID == "" {
		worst, _ := finding.Worst(found)
		return worst == finding.Info
	}
	return slices.ContainsFunc(found, func(f finding.Finding) bool { return f.Kind.ID == c.ID && (c.Host == "" || f.Host == c.Host) })
}

// readFindings reads the claims about the receiver test.
func (r *reader) readFindings(n *yaml.Node) {
	const example = "certificate-expired mx01.example.com"
	claim := func(n *yaml.Node) FindingClaim {
		line, col := r.position(n, 0)
		return FindingClaim{File: r.file, Line: line, Col: col}
	}
	if none(n) {
		r.sc.Findings = append(r.sc.Findings, claim(n))
		return
	}
	for _, item := range r.items(n, "findings:", example) {
		s, ok := r.scalar(item, "a finding", example)
		if !ok {
			continue
		}
		words := split(s)
		c := claim(item)
		if c.ID = words[0].text; finding.Lookup(c.ID) == nil {
			r.at(item, words[0].offset, "unknown finding %q; %s", clip(c.ID), findingHint(c.ID))
			continue
		}
		if len(words) > 1 {
			c.Host = words[1].text
			r.via = append(r.via, mention{c.Host, item, words[1].offset})
		}
		if len(words) > 2 {
			r.at(item, words[2].offset, "nothing more is claimed behind the host, but there is %q; a claim is the id of a finding, then the name of a host", clip(words[2].text))
			continue
		}
		if i := slices.IndexFunc(r.sc.Findings, func(o FindingClaim) bool { return o.String() == c.String() }); i >= 0 {
			r.at(item, 0, "%s stands here a second time; the first is in line %d: keep one of them", c, r.sc.Findings[i].Line)
			continue
		}
		r.sc.Findings = append(r.sc.Findings, c)
	}
}

// findingHint names the finding that was meant, or where they stand.
func findingHint(id string) string {
	var ids []string
	for _, k := range finding.Kinds() {
		ids = append(ids, k.ID)
	}
	if n := nearest.Word(id, ids...); n != "" {
		return "did you mean \"" + n + "\"?"
	}
	return "docs/check.md lists them"
}
