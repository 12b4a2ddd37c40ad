package conform

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mxlab/internal/nearest"
	"mxlab/scenarios"
	"mxlab/verify"
)

// A Driver sends messages with one product.
type Driver struct {
	Name      string
	Title     string   // of the product
	Install   string   // what to do where it is not found
	Product   string   // whose modes it is compared with; empty for Fits
	Settings  []string // that it can be given, in the words of the modes
	Options   []string // of those modes that it understands
	AnyOption bool     // it understands all of them
	Shuffles  bool     // it puts hosts of equal preference, and addresses of a host, in an order of its own
	Single    bool     // it connects to one host, the first, which it is told
	Probe     bool     // it sends no message
	Apart     bool     // each message needs a world of its own

	// Fits names the mode that a setting is compared with, where it is not
	// Product/Setting.
	Fits map[string]string

	// Here finds the program, or says what is missing.
	Here func(trees string) (place, string, error)

	// Except says why a mode cannot be tried in a scenario; empty if it can.
	Except func(s *scenarios.Scenario, setting string) string

	// version asks the product for its own, inside.
	version func(t Task) (string, error)

	// send sends a message for each ask, inside.
	send func(ctx context.Context, t Task) ([]Trial, error)

	// stays makes a product that does so in world after world, in the place of
	// send.
	stays func() standing
}

// Drivers lists the drivers that are built in.
func Drivers() []Driver {
	return []Driver{postfix(), exim(), opensmtpd(), sendmail(), posttlsFinger(), openssl(), gnutls(), swaks(), curl(), gosmtp()}
}

// Find finds a driver by its name.
func Find(name string) (Driver, error) {
	var known []string
	for _, d := range Drivers() {
		if d.Name == name {
			return d, nil
		}
		known = append(known, d.Name)
	}
	return Driver{}, fmt.Errorf("there is no driver %q%s", name, nearest.Hint(name, known...))
}

// Version gives the version of a driver's product, as it says of itself.
func Version(s *scenarios.Scenario, o Options, play Play) (string, error) {
	a, err := play(newJob(s, o.Driver, o, nil, 1))
	if err == nil && a.Err != "" {
		err = errors.New(a.Err)
	}
	return a.Version, err
}

// mode gives the mode that a setting is compared with.
func (d Driver) mode(setting string) string {
	if m := d.Fits[setting]; m != "" {
		return m
	}
	return d.Product + "/" + setting
}

// setting gives the setting that is compared with a mode; empty if there is none.
func (d Driver) setting(mode string) string {
	mode, _, _ = strings.Cut(mode, " ")
	for _, s := range d.Settings {
		if d.mode(s) == mode {
			return s
		}
	}
	return ""
}

// Compares reports whether there is a mode that the driver is compared with.
func (d Driver) Compares() bool {
	return slices.ContainsFunc(scenarios.Modes(), func(p verify.Policy) bool { return d.setting(p.Mode()) != "" })
}
