package serve

import (
	"context"
	"os"
	"time"
)

// Watch looks at the story's file again and again, at each tick, until the
// context ends, and reloads it when it is another than before. What goes wrong is
// told, once for each state of the file, and the world stays as it was. A story
// of the catalogue has no file, and then there is nothing to watch.
func (d *Director) Watch(ctx context.Context, ticks <-chan time.Time, wrong func(error)) {
	d.mu.Lock()
	story := d.base.Story()
	d.mu.Unlock()
	if !story.OnDisk() {
		return
	}
	seen := look(story.File)
	last := seen
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		// A file that is being written is read when it has come to rest.
		now := look(story.File)
		resting := now == last
		last = now
		if !resting || now == seen || now == (state{}) {
			continue
		}
		seen = now
		if err := d.Reload(); err != nil {
			wrong(err)
		}
	}
}

// A state is what a file looks like from outside; the zero state is that of no
// file, as between the two steps of an editor that replaces it.
type state struct {
	size     int64
	modified time.Time
}

func look(file string) state {
	info, err := os.Stat(file)
	if err != nil {
		return state{}
	}
	return state{info.Size(), info.ModTime()}
}
