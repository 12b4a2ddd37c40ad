package esa_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mxlab/verify"
	"mxlab/verify/esa"
)

// TestPortal is table 18-2 of the AsyncOS 9.1.2 user guide, as recalled: None is
// always encrypted, Preferred unless TLS can be had, Required never. A host that
// cannot be reached, or refuses the envelope inside TLS, is no reason for it.
func TestPortal(t *testing.T) {
	t.Parallel()
	const cert = "SAN=mx.host.example issuer=private"
	rows := []struct {
		name string
		w    world
		want [6]string // as settled, for settings 1 to 6
	}{
		{"TLS", world{cert: cert}, [6]string{"diverted", "encrypted", "encrypted", "encrypted", "deferred", "deferred"}},
		{"not offered", world{}, [6]string{"diverted", "diverted", "deferred", "diverted", "deferred", "deferred"}},
		{"fails behind the 220", world{cert: cert, session: handshake(verify.HandshakeClosed)}, [6]string{"diverted", "diverted", "deferred", "diverted", "deferred", "deferred"}},
		{"unreachable", world{session: func(s *verify.Session) {
			s.Stop = &verify.Stop{Stage: verify.StageConnect, Cause: verify.ConnectionRefused}
		}}, [6]string{"deferred", "deferred", "deferred", "deferred", "deferred", "deferred"}},
		{"the recipient is refused", world{cert: cert, session: func(s *verify.Session) {
			s.Stop = &verify.Stop{Stage: verify.StageRcpt, Cause: verify.ReplyRefused, Reply: verify.Reply{Code: 550}}
		}}, [6]string{"diverted", "bounced", "bounced", "bounced", "deferred", "deferred"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.w.portal = true
			for i, setting := range esa.Product().Settings {
				d := verify.Settle([]verify.Verdict{row.w.judge(t, policy(t, setting.Name))})
				assert.Equal(t, row.want[i], string(d.Outcome), setting.Name)
			}
		})
	}
}
