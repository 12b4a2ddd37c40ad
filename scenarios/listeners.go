package scenarios

import (
	"slices"

	"mxlab/verify"
	"mxlab/verify/esa"
	"mxlab/verify/exchange"
)

// Receivers lists every product whose listeners this version can judge, in the
// order in which results show them.
func Receivers() []verify.Receiver {
	return []verify.Receiver{esa.Receiver(), exchange.Receiver()}
}

// Listeners gives every listener with its options at their defaults, in the
// order of the products' menus.
func Listeners() []verify.Listener {
	var all []verify.Listener
	for _, r := range Receivers() {
		for _, s := range r.Settings {
			if l, err := r.Listen(s.Name, nil); err == nil {
				all = append(all, l)
			}
		}
	}
	return all
}

// ParseListener reads a listener: PRODUCT/SETTING, then options NAME=VALUE, with
// blanks between them. The error is a [*SyntaxError].
func ParseListener(s string) (verify.Listener, error) {
	receivers := Receivers()
	var products []verify.Product
	for _, r := range receivers {
		products = append(products, r.Product)
	}
	m, err := parseSetting(s, "listener", products)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(receivers, func(r verify.Receiver) bool { return r.Name == m.product.Name })
	l, err := receivers[i].Listen(m.setting, m.options)
	if err != nil {
		return nil, m.wrong(err)
	}
	return l, nil
}
