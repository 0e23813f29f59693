package pyregexp

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

//go:embed testdata/answers.py
var answersScript string

// question is an expression and the subjects to search. Characters are numbers, because
// encoding/json does not keep surrogates.
type question struct {
	Expr     []rune   `json:"expr"`
	Subjects [][]rune `json:"subjects"`
}

// answer is Python's answer to a question.
type answer struct {
	Error string  `json:"error"` // the error of re.compile, or ""
	Found []*bool `json:"found"` // per subject, nil if Python gave no answer
}

// python is the output of the script.
type python struct {
	Version [3]int          `json:"version"`
	Answers []answer        `json:"answers"`
	Cases   map[rune][]rune `json:"cases"`
	Digits  []rune          `json:"digits"`
	Spaces  []rune          `json:"spaces"`
	Words   []rune          `json:"words"`
	Unknown []rune          `json:"unknown"` // code points that are not assigned
}

// askPython answers all questions with one process, and returns the facts about
// characters that mode selects. It skips the test without a Python whose re is close
// enough to that of 3.11: from 3.14 on, \B matches in an empty text, and \z exists.
func askPython(t *testing.T, mode string, questions []question) python {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		skipWithoutTool(t, "python3 is not installed")
	}
	input, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, "-W", "ignore", "-c", answersScript, mode)
	cmd.Stdin = bytes.NewReader(input)
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("cannot ask python3: %v", err)
	}
	var py python
	if err := json.Unmarshal(output, &py); err != nil {
		t.Fatal(err)
	}
	if py.Version[0] != 3 || py.Version[1] < 10 || py.Version[1] > 13 {
		skipWithoutTool(t, "python3 is not between 3.10 and 3.13")
	}
	return py
}

// skipWithoutTool skips the test, or fails it if the tools are required.
func skipWithoutTool(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("CI") == "true" || os.Getenv("SVLOOP_REQUIRE_TOOLS") == "1" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

// text encodes characters as the package decodes them: surrogates as the single bytes
// that they represent.
func text(runes []rune) string {
	var b []byte
	for _, r := range runes {
		if surrogateBase+0x80 <= r && r <= surrogateBase+0xFF {
			b = append(b, byte(r-surrogateBase))
		} else {
			b = append(b, string(r)...)
		}
	}
	return string(b)
}
