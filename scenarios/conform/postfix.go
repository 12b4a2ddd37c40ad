package conform

import (
	"mxlab/scenarios"
)

// postfix drives smtp(8). One instance lives through many worlds, and each world
// has processes of smtp(8) of its own: what they read of the world, and what they
// remember of it, ends with it.
func postfix() Driver {
	return Driver{
		Name: "postfix", Title: "Postfix smtp(8)", Install: "install postfix", Product: "postfix",
		Settings: postfixSettings(),
		Here:     findPostfix,
		version: func(t Task) (string, error) {
			root, _, _ := findPostfix(t.Trees)
			return firstLine("mail_version", root.of("/usr/sbin/postconf"), "-d", "mail_version")
		},
		Except: func(s *scenarios.Scenario, _ string) string { return hangs(s) },
		stays:  func() standing { return new(postfixServer) },
	}
}

func postfixSettings() []string {
	return []string{"none", "may", "encrypt", "verify", "secure", "fingerprint"}
}

func findPostfix(trees string) (place, string, error) {
	return find(trees, "postfix", "/usr/lib/postfix/sbin/master", "/usr/libexec/postfix/master")
}
