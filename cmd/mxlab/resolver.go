package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

const (
	resolvConf = "/etc/resolv.conf"
	dnsPort    = "53"
)

// resolver gives the host:port of the name server to ask: what was typed, or
// else the first of the system. Windows has no file that names one.
func resolver(typed string) (string, error) {
	if typed != "" {
		return hostPort(typed)
	}
	f, err := os.Open(resolvConf)
	if err != nil {
		return "", fmt.Errorf("find a name server: %w; name one with --dns", err)
	}
	defer f.Close()
	return firstNameserver(f)
}

// firstNameserver reads resolv.conf(5).
func firstNameserver(r io.Reader) (string, error) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if words := strings.Fields(lines.Text()); len(words) > 1 && words[0] == "nameserver" {
			return hostPort(words[1])
		}
	}
	if err := lines.Err(); err != nil {
		return "", fmt.Errorf("read %s: %w; name a server with --dns", resolvConf, err)
	}
	return "", fmt.Errorf("find a name server: %s has no line nameserver; name one with --dns", resolvConf)
}

// hostPort completes a host, an address or host:port with the port of the DNS.
func hostPort(s string) (string, error) {
	if _, err := netip.ParseAddr(s); err == nil || !strings.Contains(s, ":") {
		return net.JoinHostPort(s, dnsPort), nil
	}
	host, port, err := net.SplitHostPort(s)
	if err == nil && port == "" {
		port = dnsPort
	}
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 || host == "" {
		return "", fmt.Errorf("--dns %q: write a host, an address, or host:port, such as 192.0.2.53 or [2001:db8::53]:53", s)
	}
	return net.JoinHostPort(host, port), nil
}
