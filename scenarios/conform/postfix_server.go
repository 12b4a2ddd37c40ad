package conform

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// A postfixServer is an instance of Postfix that lives through many worlds.
type postfixServer struct {
	log     *listening
	cmd     *exec.Cmd  // master(8); nil if there is none
	ended   chan error // tells its end, then that there is no more
	senders string     // as the running instance has read them
}

func (p *postfixServer) send(ctx context.Context, t Task) ([]Trial, error) {
	root, master, err := findPostfix(t.Trees)
	if err != nil {
		return nil, err
	}
	ctx, cancel := t.within(ctx)
	defer cancel()
	if err := t.hasten(); err != nil {
		return nil, err
	}
	if err := p.ready(t, root, master); err != nil {
		return nil, fmt.Errorf("start Postfix: %w", err)
	}
	log := newPostfixLog(len(p.log.end()))
	begun := log.next
	// Each message when the one before it has met its fate, or has had its lead.
	err = t.submit(ctx, p.ended, func(a Ask) {
		soon, done := ahead(ctx)
		defer done()
		p.await(soon, t, []Ask{a}, log)
		p.settle(soon, log)
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, strings.Join(p.log.end(), "\n"))
	}
	p.await(ctx, t, t.Asks, log)
	var all []Trial
	for _, a := range t.Asks {
		trial := log.trial(a.Label, t.Sender(a))
		if trial.Fate == "" {
			trial.Err = "its log tells no end"
			trial.Said = p.log.end()[begun:]
		}
		all = append(all, trial)
	}
	return all, p.settle(ctx, log)
}

// ready configures Postfix for a world, and starts it if it does not run, or has
// read something else.
func (p *postfixServer) ready(t Task, root place, master string) (err error) {
	if p.log == nil {
		if err := makePostfixQueue(); err != nil {
			return err
		}
		if p.log, err = listen(); err != nil {
			return err
		}
	}
	senders := t.postfixSenders()
	for name, text := range map[string]string{"main.cf": t.postfixMain(root, master), "levels": t.postfixLevels(), "senders": senders, "master.cf": postfixServices()} {
		if err := configurePostfix(name, text); err != nil {
			return err
		}
	}
	if p.cmd != nil && p.senders == senders && endSMTP() == nil {
		return nil
	}
	p.stop()
	p.senders, p.ended = senders, make(chan error, 1)
	p.cmd = exec.Command(master, "-c", "/etc/postfix")
	p.cmd.Env = append(os.Environ(), "MAIL_CONFIG=/etc/postfix", "LD_LIBRARY_PATH="+root.of("/usr/lib/postfix"))
	if err := p.cmd.Start(); err != nil {
		return err
	}
	go func() {
		p.ended <- p.cmd.Wait()
		close(p.ended)
	}()
	return nil
}

// stop ends Postfix: master(8) takes all others with it, as at "postfix stop".
func (p *postfixServer) stop() {
	if p.cmd == nil {
		return
	}
	p.cmd.Process.Signal(syscall.SIGTERM)
	<-p.ended
	// The port is free when the last of them has ended.
	until(context.Background(), func() bool {
		conn, err := net.Dial("tcp", submission)
		if err == nil {
			conn.Close()
		}
		return err != nil
	})
	p.cmd = nil
}

// await waits for the fates of messages.
func (p *postfixServer) await(ctx context.Context, t Task, asks []Ask, log *postfixLog) {
	log.next = p.log.follow(ctx, log.next, log.read, func() bool {
		return !slices.ContainsFunc(asks, func(a Ask) bool { return !log.ended(t.Sender(a)) })
	})
}

// settle waits until the queue manager has heard from smtp(8) what became of the
// messages. What it does not hear it takes for a fault of the transport.
func (p *postfixServer) settle(ctx context.Context, log *postfixLog) error {
	for _, id := range log.ids {
		if !until(ctx, func() bool { return log.gone[id] || !active(id) }) {
			return fmt.Errorf("the queue manager does not let go of %s", id)
		}
	}
	return nil
}

func active(id string) bool {
	_, err := os.Lstat(filepath.Join(postfixQueue, "active", id))
	return err == nil
}
