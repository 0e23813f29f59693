package importing

import (
	"bufio"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// FuzzImport checks that no file makes the importer panic, that what it prints
// is a configuration which stands for what was meant, that svloop takes its
// options, that the same file yields the same bytes, and that an error is of one
// line for each section at most.
func FuzzImport(f *testing.F) {
	for _, text := range []string{
		service("ExecStart=/bin/x -a \"b c\" $D ${E} %n \\x41\nEnvironment=E=1 'F=g h'\nUser=u\nLimitNOFILE=1K:2K\nRestart=always\nRestartSec=1min 5s"),
		service("ExecStart=/bin/x %H ;\nPIDFile=/run/x.pid\nGroup=g\nSupplementaryGroups=a b\nDynamicUser=yes\nEnvironmentFile=-/e\nLimitNOFILE=infinity\nKillSignal=SIGRTMIN+3"),
		service("Type=forking\nExecStart=-@/bin/x y z\nExecStop=/bin/x stop"),
		service("ExecStart=:!!/a */ b\nAfter=/* */\nStandardOutput=append:/*/x\nTimeoutStopSec=0"),
		"[Unit]\nAfter=a \\\n# b\n c\n[Service]\nType=notify\nExecStart=/a ''\n[Install]\nWantedBy=",
	} {
		f.Add("x.service", text)
		f.Add("x@y.service", text)
	}
	f.Add("x", script("# Provides: x y\n# Default-Start:\n", allCases))
	f.Add("s.conf", "[program:x]\ncommand=a %(process_num)02d \"b\\\"c\" 'd'\nprocess_name=p%(process_num)s\nnumprocs=3\nenvironment=A=\"1,2\",B=%(ENV_PLACE)s\n[group:g]\nprograms=x\n")
	f.Add("s.conf", "[supervisord]\nenvironment=A=%(ENV_PLACE)s\nuser=u\numask=7\n[program:x]\ncommand=a %(ENV_A)s %(host_node_name)s\nstartretries=2\nstartsecs=9999999\nstopasgroup=false\n[include]\nfiles=b\n")
	f.Add("sv/x/run", "#!/bin/sh\nexec 2>&1\ncd /x\nA=1\nexport A B='c d'\nulimit -n 5\nexec chpst -uu:g -n5 ./x 'a b' \"c\" d\\ e\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		if name = strings.Trim(name, "/"); name == "" || strings.Contains(name, "//") || strings.Contains(name, "..") || strings.Contains(name, "./") || strings.Contains(name, "\x00") {
			return
		}
		name = "/" + name
		all, err := one(name, text)
		if err != nil {
			if len(all) > 0 {
				wantLoaded(t, all)
			}
			if strings.Count(err.Error(), "\n") > strings.Count(text, "[") || !strings.Contains(err.Error(), "cannot import ") {
				t.Fatalf("got %v and the error %v", all, err)
			}
			return
		}
		wantLoaded(t, all)
		again, err := one(name, text)
		if err != nil {
			t.Fatal(err)
		}
		first, _ := all.Text()
		if second, _ := again.Text(); first != second {
			t.Errorf("got\n%s\nand then\n%s", first, second)
		}
		for line := range strings.Lines(first) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' && line[0] != '<' && !strings.Contains(line, " = ") {
				t.Errorf("a line of it is %q", line)
			}
		}
	})
}

// pythonTexts answers each line, a JSON string, with what shlex makes of it as
// a command and RawConfigParser as a file; supervisord uses them with these
// settings.
const pythonTexts = `
import configparser, json, shlex, sys
for line in sys.stdin:
    text = json.loads(line)
    try:
        words = shlex.split(text)
    except ValueError:
        words = None
    try:
        parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)
        parser.read_string("[program:x]\n" + text)
        sections = {s: dict(parser.items(s)) for s in parser.sections()}
    except configparser.Error:
        sections = None
    print(json.dumps([words, sections]))
`

// TestAgainstPython compares how texts are split, and how files are read, with
// what supervisord uses for it.
func TestAgainstPython(t *testing.T) {
	t.Parallel()
	path, err := exec.LookPath("python3")
	if err != nil {
		leaveOut(t, "python3 is missing")
	}
	texts := randomTexts(4000)
	var input strings.Builder
	for _, text := range texts {
		line, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		input.Write(append(line, '\n'))
	}
	python := exec.CommandContext(t.Context(), path, "-c", pythonTexts)
	python.Stdin, python.Stderr = strings.NewReader(input.String()), os.Stderr
	output, err := python.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewScanner(strings.NewReader(string(output)))
	read := 0
	for _, input := range texts {
		var words []string
		var sections map[string]map[string]string
		if !answers.Scan() {
			t.Fatal("Python has said too little")
		}
		if err := json.Unmarshal(answers.Bytes(), &[]any{&words, &sections}); err != nil {
			t.Fatal(err)
		}
		got, err := splitPOSIX(input)
		if (err == nil) != (words != nil) || !slices.Equal(got, words) {
			t.Errorf("%q: got %q, %v, Python has %q", input, got, err, words)
		}
		parsed, err := parseINI(&text{data: "[program:x]\n" + input})
		if (err == nil) != (sections != nil) {
			t.Errorf("%q: got %v, Python has %v", input, err, sections)
		}
		if err != nil || sections == nil {
			continue
		}
		read++
		for section, options := range sections {
			for key, want := range options {
				last := ""
				for _, s := range parsed.of(section, key) {
					last = s.value
				}
				if got := joined(last); got != joined(want) {
					t.Errorf("%q: [%s] %s: got %q, Python has %q", input, section, key, got, want)
				}
			}
		}
		for _, s := range parsed.settings {
			if _, known := sections[s.section][s.key]; !known {
				t.Errorf("%q: got [%s] %s, which Python has not", input, s.section, s.key)
			}
		}
	}
	if read < 100 {
		t.Errorf("only %d files could be read", read)
	}
}

// joined has the lines of a value without those that are empty: they are blanks
// to whatever reads it.
func joined(value string) string { return strings.Join(strings.Fields(value), " ") }

// randomTexts throws together what may mean something.
func randomTexts(n int) []string {
	pieces := []string{" ", "  ", "\t", "\n", "\n", "\n ", "\n  ", "a", "Bc", "d = e", "f: g", "=", ":", ";", " ; x", "#", " # y", "'", `"`, `\`, `\\`, `\"`,
		"''", `"h i"`, "'j k'", "[s]", "\n[t]\n", "[", "]", "$l", "%%", "é", "key=value", "\nkey=", "\n\n"}
	random := rand.New(rand.NewPCG(5, 6))
	texts := make([]string, n)
	for i := range texts {
		for range random.IntN(14) {
			texts[i] += pieces[random.IntN(len(pieces))]
		}
	}
	return texts
}

// leaveOut skips a test that this machine cannot run. In CI it is a failure.
func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("must not be left out in CI: %s", why)
	}
	t.Skip(why)
}
