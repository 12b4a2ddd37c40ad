package scenarios

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"mxlab/verify"
)

// readExpect reads the claims.
func (r *reader) readExpect(n *yaml.Node) {
	const example = "esa/required-verify: verified mx mx01.example.com"
	for _, e := range r.entries(n, "expect:", example) {
		policy, err := ParseMode(e.key.Value)
		if err != nil {
			r.refuse(e.key, err)
		}
		s, ok := r.scalar(e.value, "a claim", example)
		if !ok {
			continue
		}
		words, wrongClaim := parseClaim(s)
		if wrongClaim != nil {
			r.refuse(e.value, wrongClaim)
		}
		if err != nil || wrongClaim != nil {
			continue
		}
		line, col := r.position(e.key, 0)
		c := Claim{Mode: policy.Mode(), Policy: policy, Outcome: verify.Outcome(words[0].text),
			File: r.file, Line: line, Col: col, Comment: e.comment()}
		if i := slices.IndexFunc(r.sc.Expect, func(o Claim) bool { return o.Mode == c.Mode }); i >= 0 {
			r.at(e.key, 0, "there is a claim for %s already, in line %d; keep one of them", c.Mode, r.sc.Expect[i].Line)
			continue
		}
		for i, w := range words {
			c.Words = append(c.Words, w.text)
			if i > 0 && words[i-1].text == "via" {
				r.via = append(r.via, via{w.text, e.value, w.offset})
			}
		}
		r.sc.Expect = append(r.sc.Expect, c)
	}
}
