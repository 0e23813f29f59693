package reexec_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/svloop/svloop/internal/reexec"
)

// greeting is the order and the answer of the role.
type greeting struct {
	Name  string
	Times int
}

// greeter reads a greeting from standard input, and answers on standard output.
var greeter = reexec.Role{Name: "example: greeting", Play: func([]string) (int, error) {
	var text bytes.Buffer
	if _, err := text.ReadFrom(os.Stdin); err != nil {
		return 1, nil
	}
	var g greeting
	if err := reexec.Unmarshal(text.Bytes(), &g); err != nil {
		return 0, err
	}
	answer, err := reexec.Marshal(greeting{"hello " + g.Name, g.Times + 1})
	if err == nil {
		_, err = os.Stdout.Write(answer)
	}
	if err != nil {
		return 1, nil
	}
	return 0, nil
}}

// TestMain has the part of a program's main.
func TestMain(m *testing.M) {
	if code, played := reexec.Play(os.Args, greeter); played {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

func Example() {
	order, err := reexec.Marshal(greeting{"\xff", 1}) // \xff is not UTF-8
	if err != nil {
		fmt.Println(err)
		return
	}
	cmd := exec.Command(reexec.Self)
	cmd.Args = []string{greeter.Name}
	cmd.Stdin = bytes.NewReader(order)
	text, err := cmd.Output()
	if err != nil {
		fmt.Println(err)
		return
	}
	var answer greeting
	if err := reexec.Unmarshal(text, &answer); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%q %d\n", answer.Name, answer.Times)
	// Output: "hello \xff" 2
}

// TestMisused rejects the name of a role with words that are not an order.
func TestMisused(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(reexec.Self)
	cmd.Args = []string{greeter.Name}
	cmd.Stdin = bytes.NewReader([]byte("x"))
	text, _ := cmd.CombinedOutput()
	want := "example: name \"example: greeting\" is for internal use only: the last word is cut off\n"
	if string(text) != want || cmd.ProcessState.ExitCode() != 2 {
		t.Errorf("got %q, %v", text, cmd.ProcessState)
	}
}

func TestPlayNothing(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"svloop"}, {"x", greeter.Name}} {
		if _, played := reexec.Play(args, greeter); played {
			t.Errorf("%q: a role was played", args)
		}
	}
}
