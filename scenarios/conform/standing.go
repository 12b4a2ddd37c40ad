package conform

import "context"

// A standing is a product that lives through many worlds. It does one task after
// the other; one that went wrong is its last.
type standing interface {
	send(ctx context.Context, t Task) ([]Trial, error)
}

// Stays reports whether the product of a driver lives on when a world ends, so
// that the next task may be done at the same place.
func (d Driver) Stays() bool { return d.stays != nil }

// A Performer does tasks, one after the other, inside. Its zero value is ready.
type Performer struct {
	driver   string
	standing standing
}

// Perform sends the messages of a task; of one without any it gives the version of
// the product.
func (p *Performer) Perform(ctx context.Context, t Task) (a Answer) {
	d, err := Driver{version: func(Task) (string, error) { return "", nil }, send: performCommand}, error(nil)
	if t.Driver != commandName {
		d, err = Find(t.Driver)
	}
	switch {
	case err != nil:
	case len(t.Asks) == 0:
		a.Version, err = d.version(t)
	case d.Stays():
		if p.standing == nil || p.driver != d.Name {
			p.driver, p.standing = d.Name, d.stays()
		}
		a.Trials, err = p.standing.send(ctx, t)
	default:
		a.Trials, err = d.send(ctx, t)
	}
	if err != nil {
		a.Err = err.Error()
	}
	return a
}

// Failed reports whether a driver failed, so that there is no telling in which
// state it left its product.
func (a Answer) Failed() bool {
	for _, t := range a.Trials {
		if t.Err != "" {
			return true
		}
	}
	return a.Err != ""
}
