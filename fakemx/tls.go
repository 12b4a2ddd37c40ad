package fakemx

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
)

var (
	errSNI        = errors.New("the server name is not as this host wants it")
	errClientCert = errors.New("this host takes no client certificate")
)

// adapt returns the configuration as the plan has it, also in what its
// GetConfigForClient returns; the configuration itself if nothing changes.
func (p plan) adapt(cfg *tls.Config) *tls.Config {
	sni, client := p.at("sni").how, p.at("client-cert").how
	if cfg == nil || p.min == 0 && p.cipher == 0 && p.curve == 0 && sni == "" && client == "" && p.at(unprovenSender).code == 0 && !p.has(NoSessionTickets) {
		return cfg
	}
	cfg = cfg.Clone()
	if p.min != 0 {
		cfg.MinVersion, cfg.MaxVersion = p.min, p.max
	}
	if p.cipher != 0 {
		cfg.CipherSuites = []uint16{p.cipher}
		if cfg.MaxVersion == 0 || cfg.MaxVersion > tls.VersionTLS12 {
			cfg.MaxVersion = tls.VersionTLS12
		}
	}
	if p.curve != 0 {
		cfg.CurvePreferences = []tls.CurveID{p.curve}
	}
	cfg.SessionTicketsDisabled = cfg.SessionTicketsDisabled || p.has(NoSessionTickets)
	switch client {
	case "requested":
		cfg.ClientAuth = tls.RequestClientCert
	case "required":
		cfg.ClientAuth = tls.RequireAnyClientCert
	case "verified":
		cfg.ClientAuth = tls.RequireAndVerifyClientCert
	case "verified-if-given":
		cfg.ClientAuth = tls.VerifyClientCertIfGiven
	case "":
		if p.at(unprovenSender).code != 0 {
			cfg.ClientAuth = tls.RequestClientCert
		}
	case "refused":
		cfg.ClientAuth = tls.RequestClientCert
		cfg.VerifyPeerCertificate = func(chain [][]byte, _ [][]*x509.Certificate) error {
			if len(chain) > 0 {
				return errClientCert
			}
			return nil
		}
	}
	choose := cfg.GetConfigForClient
	if choose == nil && sni == "" {
		return cfg
	}
	cfg.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if err := checkSNI(sni, hello); err != nil || choose == nil {
			return nil, err
		}
		chosen, err := choose(hello)
		if chosen == nil || err != nil {
			return nil, err
		}
		return p.adapt(chosen), nil
	}
	return cfg
}

// checkSNI refuses a ClientHello. crypto/tls would answer by internal_error, so
// the wire is told the alert that belongs there.
func checkSNI(how string, hello *tls.ClientHelloInfo) error {
	alert := byte(0)
	switch named := hello.ServerName != ""; {
	case how == "required" && !named:
		alert = alertMissingExtension
	case how == "refused" && named:
		alert = alertUnrecognizedName
	default:
		return nil
	}
	if w, ok := hello.Conn.(*wire); ok {
		w.alert = alert
	}
	return errSNI
}
