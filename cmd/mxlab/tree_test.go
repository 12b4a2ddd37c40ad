package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A source is one Go file of the repository, parsed.
type source struct {
	path string // with slashes, from the root of the repository
	test bool
	*ast.File
	*token.FileSet
}

// dir is the folder of the file; "." for the root.
func (s source) dir() string { return path.Dir(s.path) }

// at gives the place of a node as file:line.
func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.Position(n.Pos()).Line)
}

// repository is the tree that the tests of this folder look at.
func repository() fs.FS { return os.DirFS("../..") }

// sources parses every Go file under a root, for whatever system it is built.
// What the go command passes over is passed over: testdata, and folders whose
// name begins with a dot or an underscore.
func sources(t *testing.T, root fs.FS) []source {
	t.Helper()
	var all []source
	require.NoError(t, fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			if name != "." && (base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(base) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{name, strings.HasSuffix(base, "_test.go"), file, set})
		return nil
	}))
	require.NotEmpty(t, all)
	return all
}

// imports gives the import paths of a file with the names under which the file
// knows them. A name that is not stated is the path's last element, which holds
// for every package that the rules name.
func (s source) imports() map[string]*ast.ImportSpec {
	all := map[string]*ast.ImportSpec{}
	for _, spec := range s.Imports {
		name := path.Base(importPath(spec))
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "." || name == "_" {
			name += importPath(spec)
		}
		all[name] = spec
	}
	return all
}

func importPath(spec *ast.ImportSpec) string {
	p, _ := strconv.Unquote(spec.Path.Value)
	return p
}

// selected resolves pkg.Name to its import path and name: "time", "Now".
func selected(e ast.Expr, imports map[string]*ast.ImportSpec) (from, name string) {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok || imports[x.Name] == nil {
		return "", ""
	}
	return importPath(imports[x.Name]), sel.Sel.Name
}
