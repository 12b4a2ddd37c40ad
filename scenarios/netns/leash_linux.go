package netns

import (
	"encoding/json"
	"fmt"
	"io"
	"syscall"
)

// What the process outside sends to the one inside, on a pipe that nobody else
// can write to: first an errand, then each signal for the command as an octet.
// The end of the pipe is the end of the process outside.

// An errand is what is known outside only.
type errand struct {
	Single bool    // there is one id inside, and no other
	Spare  []spare // what is made anew
}

func (e errand) send(w io.Writer) error {
	if err := json.NewEncoder(w).Encode(e); err != nil {
		return fmt.Errorf("tell the process inside what to do: %w", err)
	}
	return nil
}

// follow reads what the process outside sends. The channel of signals is closed
// at the end of the pipe.
func follow(r io.Reader) (errand, <-chan syscall.Signal, error) {
	var e errand
	d := json.NewDecoder(r)
	if err := d.Decode(&e); err != nil {
		return errand{}, nil, fmt.Errorf("hear what to do: %w", err)
	}
	signals := make(chan syscall.Signal, 16)
	go func() {
		defer close(signals)
		octet := make([]byte, 1)
		rest := io.MultiReader(d.Buffered(), r)
		_, err := io.ReadFull(rest, octet) // the end of the errand's line
		for err == nil {
			if _, err = io.ReadFull(rest, octet); err == nil {
				signals <- syscall.Signal(octet[0])
			}
		}
	}()
	return e, signals, nil
}
