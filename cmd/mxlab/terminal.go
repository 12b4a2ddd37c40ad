package main

import (
	"io"
	"os"
	"runtime"
)

// terminal reports whether w is a terminal.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// coloured reports whether text for w may have colours.
func coloured(w io.Writer) bool { return terminal(w) && colours(runtime.GOOS, os.Getenv) }

// colours reports whether the terminal of an environment is to be given
// colours: see no-color.org. Of Windows' consoles only the new one is sure to
// know the codes.
func colours(goos string, env func(string) string) bool {
	return env("NO_COLOR") == "" && env("TERM") != "dumb" && (goos != "windows" || env("WT_SESSION") != "")
}
