package probe

import "mxlab/verify"

// Quit takes leave, RFC 5321 section 4.1.1.10, and closes the connection. The
// host's answer changes nothing; a Stop only tells that there was none.
func (d *Dialogue) Quit() *verify.Stop {
	defer d.Close()
	_, stop := d.command(stageQuit, QuitTimeout, 2, "QUIT")
	return stop
}

// stageQuit is not among verify's stages, because no session ends there early.
const stageQuit verify.Stage = "QUIT"
