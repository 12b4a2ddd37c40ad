package scenarios

import (
	"net/netip"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"mxlab/internal/nearest"
	"mxlab/verify"
)

// readRoutes reads the SMTP routes.
func (r *reader) readRoutes(n *yaml.Node) {
	const example = "mx.example.net priority=10"
	for _, item := range r.items(n, "routes:", example) {
		s, ok := literal(item)
		if !ok {
			if s, ok = r.scalar(item, "a route", example); !ok {
				continue
			}
		}
		route, err := parseRoute(s)
		if err != nil {
			r.refuse(item, err)
			continue
		}
		for i, other := range r.sc.Routes {
			if other.Name == route.Name && other.Addr == route.Addr && other.Port == route.Port {
				r.at(item, 0, "this route stands here already, in line %d; keep one of them", r.route[i].Line)
			}
		}
		r.sc.Routes = append(r.sc.Routes, route)
		r.route = append(r.route, item)
	}
}

// literal gives the text of an address literal without quotation marks, which
// YAML takes for a list of one.
func literal(n *yaml.Node) (string, bool) {
	if n.Kind != yaml.SequenceNode || n.Style&yaml.FlowStyle == 0 || n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 || len(n.Content) != 1 {
		return "", false
	}
	inner := n.Content[0]
	if inner.Kind != yaml.ScalarNode || inner.Style != 0 || inner.Anchor != "" {
		return "", false
	}
	return "[" + inner.Value + "]", true
}

// parseRoute reads one SMTP route: NAME or [ADDRESS], then :PORT where it is
// not 25, then priority=N where it is not 0. The error is a *SyntaxError.
func parseRoute(s string) (verify.Route, error) {
	words := split(s)
	if len(words) == 0 {
		return verify.Route{}, wrong(0, "the route is empty; write a host name, or an address in brackets")
	}
	route, err := parseTarget(words[0])
	if err != nil {
		return verify.Route{}, err
	}
	for i, w := range words[1:] {
		name, value, _ := strings.Cut(w.text, "=")
		if name != "priority" {
			return verify.Route{}, wrong(w.offset, "unknown word %q in a route; write priority=10, or nothing%s", clip(w.text), nearest.Hint(name, "priority"))
		}
		if i > 0 {
			return verify.Route{}, wrong(w.offset, "priority= stands here a second time; write it once")
		}
		n, err := strconv.ParseUint(value, 10, 16)
		if err != nil {
			return verify.Route{}, wrong(w.offset, "a priority is a number from 0 to 65535, the lowest is tried first; write priority=10")
		}
		route.Priority = int(n)
	}
	return route, nil
}

func parseTarget(w word) (verify.Route, error) {
	if rest, ok := strings.CutPrefix(w.text, "["); ok {
		inner, port, closed := strings.Cut(rest, "]")
		if !closed {
			return verify.Route{}, wrong(w.offset+len(w.text), "the bracket is not closed; write [192.0.2.9]")
		}
		// RFC 5321 section 4.1.3: an IPv6 address literal has a tag.
		if len(inner) > 5 && strings.EqualFold(inner[:5], "IPv6:") {
			inner = inner[5:]
		}
		addr, err := parseAddr(inner)
		if err != nil {
			offset, msg := place(err)
			return verify.Route{}, wrong(w.offset+1+offset, "%s", msg)
		}
		n, err := parsePort(word{port, w.offset + len(w.text) - len(port)})
		return verify.Route{Addr: addr, Port: n}, err
	}
	if _, err := netip.ParseAddr(w.text); err == nil {
		return verify.Route{}, wrong(w.offset, "an SMTP route to an address has brackets; write '[%s]'", w.text)
	}
	if ap, err := netip.ParseAddrPort(w.text); err == nil {
		return verify.Route{}, wrong(w.offset, "an SMTP route to an address has brackets; write '[%v]:%d'", ap.Addr(), ap.Port())
	}
	name := w.text
	colon := strings.IndexByte(name, ':')
	port := word{"", w.offset + len(name)}
	if colon >= 0 {
		name, port = name[:colon], word{name[colon:], w.offset + colon}
	}
	if strings.HasPrefix(name, "priority=") || name == "" {
		return verify.Route{}, wrong(w.offset, "a route begins with its target; write a host name, or an address in brackets")
	}
	if err := checkHost(word{name, w.offset}); err != nil {
		return verify.Route{}, err
	}
	n, err := parsePort(port)
	return verify.Route{Name: name, Port: n}, err
}

// parsePort reads :PORT, or nothing, which is port 25.
func parsePort(w word) (uint16, error) {
	if w.text == "" {
		return 25, nil
	}
	digits, ok := strings.CutPrefix(w.text, ":")
	n, err := strconv.ParseUint(digits, 10, 16)
	if !ok || err != nil || n == 0 {
		return 0, wrong(w.offset, "%q is no port; write a colon and a number from 1 to 65535 right behind the target", w.text)
	}
	return uint16(n), nil
}
