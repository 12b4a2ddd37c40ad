package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the expected output into testdata/script")

// The test binary is mxlab for the scripts that it runs.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mxlab": main})
}

// TestScript runs testdata/script: each file is one story of the command line.
// Beside the commands of testscript there are
//
//	status CODE PROGRAM ARGS...   run a program that ends with this exit status
//	json PATH VALUE               the standard output is JSON without null, and has this value at a.0.b
//	served ARGS...                start mxlab serve, and go on when the world is up
//
// and the condition netns: exec can make a world here.
func TestScript(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status,
			"json":   checkJSON,
			"served": served,
		},
		Setup: func(env *testscript.Env) error {
			// A program under the race detector would sleep a second at its end.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name != "netns" {
				return false, fmt.Errorf("unknown condition %q; write netns, or one of testscript's", name)
			}
			return namespaces(), nil
		},
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// namespaces reports whether exec can make a world on this machine.
var namespaces = sync.OnceValue(func() bool {
	self, err := os.Executable()
	if err != nil {
		return false
	}
	return (&exec.Cmd{Path: self, Args: []string{"mxlab", "exec", "hosted/ptr-not-mx", "--", "true"}}).Run() == nil
})

func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE PROGRAM ARGS...")
	}
	code := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if want := args[0]; strconv.Itoa(code) != want {
		ts.Fatalf("%s ended with status %d, not %s\n%s", strings.Join(args[1:], " "), code, want, ts.ReadFile("stderr"))
	}
}

func checkJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: json PATH VALUE")
	}
	var all any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &all); err != nil {
		ts.Fatalf("the output is no JSON: %v", err)
	}
	if where := null(all, ""); where != "" {
		ts.Fatalf("there is a null at %s", where)
	}
	v := all
	for _, step := range strings.Split(args[0], ".") {
		switch parent := v.(type) {
		case map[string]any:
			child, ok := parent[step]
			if !ok {
				ts.Fatalf("%s: there is no %q", args[0], step)
			}
			v = child
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(parent) {
				ts.Fatalf("%s: there is no %q among %d", args[0], step, len(parent))
			}
			v = parent[i]
		default:
			ts.Fatalf("%s: nothing can be below %v", args[0], v)
		}
	}
	if got := fmt.Sprint(v); got != args[1] {
		ts.Fatalf("%s is %q, not %q", args[0], got, args[1])
	}
}

// null finds a null, and gives its path.
func null(v any, path string) string {
	switch v := v.(type) {
	case nil:
		return path + " "
	case map[string]any:
		for k, child := range v {
			if where := null(child, path+"."+k); where != "" {
				return where
			}
		}
	case []any:
		for i, child := range v {
			if where := null(child, fmt.Sprintf("%s.%d", path, i)); where != "" {
				return where
			}
		}
	}
	return ""
}
