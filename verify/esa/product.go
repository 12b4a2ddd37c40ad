package esa

import (
	"fmt"
	"sync"

	"mxlab/verify"
)

// Product gives the six settings of Destination Controls, their options and
// rules. What it holds is shared, and not to be changed.
func Product() verify.Product {
	p := product()
	p.New = func(setting string, options map[string]string) (verify.Policy, error) { return New(setting, options) }
	return p
}

// product is made once; New chooses from it.
var product = sync.OnceValue(func() verify.Product {
	p := verify.Product{
		Name:    "esa",
		Title:   "Cisco Email Security Appliance: Destination Controls, TLS Support",
		Options: options(),
		Rules:   rules(),
	}
	for _, s := range settings() {
		p.Settings = append(p.Settings, verify.Setting{Name: s.name, Alias: fmt.Sprint(s.Number), Menu: s.menu, Summary: s.summary,
			Outcomes: s.outcomes(), Matches: s.matches(), Blind: s.identity == unchecked})
	}
	return p
})
