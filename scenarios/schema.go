package scenarios

import (
	"bytes"
	"encoding/json"
)

// An object is a part of a JSON Schema.
type object map[string]any

// Schema gives the JSON Schema (draft 2020-12) of a scenario file, for editors:
// they complete the keys, show what stands there, and mark what does not belong.
// What stands inside the lines only the loader knows.
func Schema() []byte {
	top := keysSchema(topKeys())
	top["required"] = []string{"title", "domain"}
	top["anyOf"] = []object{{"required": []string{"zone"}}, {"required": []string{"uses"}}}
	schema := object{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"title":       "mxlab scenario",
		"description": "One incident of mail delivery over TLS, in the order in which an engineer has it.",
		"$defs": object{
			"host":   hostSchema(),
			"sender": senderSchema(),
			"view":   keysSchema(overlayKeys()),
			"phase":  phaseSchema(),
		},
	}
	for k, v := range top {
		schema[k] = v
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(schema); err != nil {
		panic(err) // it is made of maps and strings
	}
	return b.Bytes()
}

// keysSchema is that of a layer with these keys.
func keysSchema(keys []string) object {
	properties := object{}
	for _, k := range keys {
		properties[k] = valueSchema(k)
	}
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

func phaseSchema() object {
	s := keysSchema(phaseKeys())
	s["required"] = []string{"phase"}
	return s
}

// valueSchema is that of what stands behind a key of a layer.
func valueSchema(key string) object {
	var s object
	switch key {
	case "certs", "web", "expect", "receive":
		s = object{"type": "object", "additionalProperties": line()}
	case "hosts":
		s = object{"type": "object", "additionalProperties": object{"anyOf": []object{line(), {"$ref": "#/$defs/host"}}}}
	case "faults":
		s = object{"anyOf": []object{lines(), {"const": "none"}}}
	case "routes":
		// A literal in brackets without quotes is a list for YAML.
		route := object{"anyOf": []object{line(), {"type": "array", "items": line(), "minItems": 1, "maxItems": 1}}}
		s = object{"anyOf": []object{{"type": "array", "items": route}, {"const": "none"}}}
	case "uses":
		var names []string
		for _, f := range Fragments() {
			names = append(names, f.Name)
		}
		s = object{"type": "array", "items": object{"enum": names}}
	case "findings":
		s = object{"anyOf": []object{lines(), {"const": "none"}}}
	case "without", "scenery":
		s = lines()
		if key == "scenery" {
			s = object{"anyOf": []object{lines(), {"const": "none"}}}
		}
	case "sender":
		s = object{"$ref": "#/$defs/sender"}
	case "views":
		s = object{"type": "object", "propertyNames": object{"pattern": worldName}, "additionalProperties": object{"$ref": "#/$defs/view"}}
	case "then":
		s = object{"type": "array", "items": object{"$ref": "#/$defs/phase"}}
	case "phase", "view":
		s = object{"type": "string", "pattern": worldName}
	case "at":
		s = object{"type": "string", "pattern": `^\+[0-9]+[mhdy]$`}
	default: // title, source, domain, zone
		s = object{"type": "string", "minLength": 1}
	}
	s["description"] = meaning(key)
	return s
}

// worldName is what checkWorldName takes.
const worldName = `^[a-z0-9][a-z0-9-]*$`

// line is a line of text. YAML readers of editors take some for numbers and
// the like, where this package reads what is written.
func line() object { return object{"type": []string{"string", "number", "boolean"}} }

func lines() object { return object{"type": "array", "items": line()} }

func hostSchema() object {
	properties := object{}
	for _, k := range hostKeys() {
		s := line()
		switch k {
		case "attempts", "share":
			s = object{"type": "array", "items": line(), "minItems": 2}
		case "sni":
			s = object{"type": "object", "additionalProperties": line()}
		}
		s["description"] = meaning("hosts." + k)
		properties[k] = s
	}
	return object{"type": "object", "properties": properties, "additionalProperties": false, "description": meaning("host")}
}

func senderSchema() object {
	properties := object{}
	for _, k := range senderKeys() {
		s := line()
		if k == "on-tls-failure" {
			s = object{"const": "portal"}
		}
		s["description"] = meaning("sender." + k)
		properties[k] = s
	}
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

// meaning says in a sentence what stands behind a key.
func meaning(key string) string {
	return map[string]string{
		"title":            "The incident in one sentence.",
		"source":           "The document or ticket that tells it.",
		"domain":           "The recipient's domain, what stands behind the @.",
		"uses":             "Fragments that lie below the file: what a provider's hosts look like.",
		"phase":            "The name of this phase of the story.",
		"view":             "Where the world is seen from at the top level of the file.",
		"sender.proxy":     "The host through which it fetches what certificates name; none for no proxy.",
		"at":               "When the phase is, from the start of the story: +24h, +30d. Certificates are issued at the start.",
		"without":          "OWNER TYPE: RRsets that this layer takes from those below it.",
		"zone":             "A master file (RFC 1035 section 5), such as the answers that dig prints.",
		"certs":            "LABEL: certificate line.",
		"hosts":            "ADDRESS: host line, or a mapping. Each address to which an MX record or a route leads needs one.",
		"web":              "URL: what is fetched there over HTTP, and what goes wrong with it.",
		"faults":           "What a zone cannot say: servfail mx02.example.com. A",
		"routes":           "The sender's SMTP routes: NAME, NAME priority=10, NAME:2525, [192.0.2.9].",
		"sender":           "The sending side.",
		"expect":           "MODE: claim, by hand.",
		"findings":         "ID, or ID HOST: what a receiver test finds, by hand; none for nothing.",
		"receive":          "LISTENER: claim, by hand: what a receiver makes of the sender.",
		"scenery":          "OWNER TYPE: records that are there for the story only.",
		"views":            "The same world seen from elsewhere: NAME and what differs there.",
		"then":             "What comes later: a list of phases, each with what differs from the one before.",
		"host":             "A host for which one line is not enough.",
		"hosts.cert":       "The label of its certificate, or no-tls; several of different key types with commas between them.",
		"hosts.faults":     "What the host does wrong, as in a host line behind the certificate.",
		"hosts.attempts":   "Host lines: a sender's first connection meets the first, and so on; the last one stays.",
		"hosts.share":      "Host lines of several backends behind this address, which meet a sender's connections in turn.",
		"hosts.sni":        "NAME: LABEL, certificates for the server names that clients send.",
		"hosts.greeting":   "The text behind the 220 of the greeting.",
		"hosts.ehlo":       "The text of the first line of the reply to EHLO.",
		"hosts.script":     "A dialogue that is played instead: -> what the client says, <- what the host says.",
		"sender.domain":    "The domain of the envelope's sender.",
		"sender.ehlo":      "The name that the sender says in EHLO.",
		"sender.address":   "Its own addresses; without one of a family it reaches no host of that family.",
		"sender.recipient": "The local part of the recipient.",
		"sender.tls":       "The TLS versions that it offers: 1.2, or 1.0-1.2; none for a sender without TLS under receive:.",
		"sender.cert":      "The label of the certificate that it shows when it is asked for one.",
		"sender.trust":     "The authorities that it trusts: labels, public, private.",
		"sender.knows":     "Labels of certificates that it knows beforehand: those of its own organisation.",
		"sender.options":   "NAME=VALUE: options of the product, for every mode that has them.",

		"sender.on-tls-failure": "portal: what cannot be sent over TLS is handed to a secure portal.",
	}[key]
}
