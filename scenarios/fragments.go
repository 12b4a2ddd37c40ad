package scenarios

import "go.yaml.in/yaml/v3"

// fragments gives the layers that a file uses, which lie below it.
func (c *compiler) fragments(n *yaml.Node, top *layer) []*layer {
	return nil
}
