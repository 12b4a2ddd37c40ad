package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mxlab/scenarios"
	"mxlab/scenarios/world"
)

// TestExecAgrees: what check finds out from inside, by sockets and the system's
// own resolver and authorities, is what the scenario's own run comes to.
func TestExecAgrees(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	bin := visible(t, self)
	for _, name := range []string{"hosted/ptr-not-mx", "chain/expired", "chain/intermediate-missing", "mx/dual-stack-one-bad-address", "mx/first-unreachable", "mx/null-mx",
		"mx/lookup-servfail", "starttls/garbage-after-220", "starttls/not-offered", "sni/self-signed-without-sni", "tls/tls10-sunset", "tls/rsa-key"} {
		all, err := scenarios.Find(name)
		require.NoError(t, err, name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := all[0]
			modes := s.Policies(scenarios.Modes())
			want, err := world.Start(t, s).Run(t.Context(), modes)
			require.NoError(t, err)

			cmd := mxlabAs(t, oneself, "exec", s.Name, "--", "mxlab", "check", s.Domain, "--from", "sender@sender.example", "--json")
			cmd.Env = append(cmd.Env, "PATH="+filepath.Dir(bin)+":"+os.Getenv("PATH"))
			o := ran(t, cmd)
			var got struct {
				Modes []struct{ Mode, Outcome, Reason, Detail, Match, Via string }
			}
			require.NoError(t, json.Unmarshal([]byte(o.stdout), &got), o.stdout+o.stderr)
			require.Len(t, got.Modes, len(modes))
			for i, m := range want.Modes {
				d := m.Delivery
				assert.Equal(t, fmt.Sprint(m.Policy.Mode(), d.Outcome, d.Reason, d.Match, d.Via),
					fmt.Sprint(got.Modes[i].Mode, got.Modes[i].Outcome, got.Modes[i].Reason, got.Modes[i].Match, got.Modes[i].Via))
			}
		})
	}
}

// TestExecPostfix: a whole mail server, of several users and with a root of its
// own (chroot), delivers what the scenario lets it.
func TestExecPostfix(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("postfix"); err != nil {
		t.Skip("postfix is missing; install it to run a mail server in a world")
	}
	const script = `
		printf '%s\n' 'compatibility_level = 3.6' 'maillog_file = /var/log/postfix.log' 'mydestination =' 'alias_maps =' \
			'smtp_tls_security_level = verify' 'smtp_tls_CApath = /etc/ssl/certs' 'smtp_tls_loglevel = 1' > /etc/postfix/main.cf
		postfix start 2>/dev/null
		printf 'Subject: test\n\nhi\n' | sendmail -f a@sender.example r@example.com 2>/dev/null
		tail -n +1 -F /var/log/postfix.log 2>/dev/null | grep -m1 status= >/dev/null
		grep -oE '[A-Z][a-z]+ TLS connection established to [^:]*|status=[a-z]*' /var/log/postfix.log`
	for _, who := range []string{oneself, many} {
		for scenario, want := range map[string]string{
			"hosted/recipient-domain-in-san": "Verified TLS connection established to mx1.hoster.example[192.0.2.1]\nstatus=sent\n",
			"chain/expired":                  "Untrusted TLS connection established to mx1.example.com[192.0.2.1]\nstatus=deferred\n",
		} {
			t.Run(who+"/"+scenario, func(t *testing.T) {
				t.Parallel()
				root(t)
				o := inside(t, who, scenario, script)
				assert.Equal(t, 0, o.status, o.stderr)
				assert.Equal(t, want, o.stdout)
			})
		}
	}
}
