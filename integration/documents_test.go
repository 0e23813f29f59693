package integration

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestDocuments runs every command block of the README and of the pages below docs as
// printed, and compares the output with the printed one.
//
// A block marked "console" is a session in a shell: commands follow "$ ", and all
// sessions of a document share one shell and one directory. A comment <!-- file: NAME -->
// before a block writes that block to a file first, and <!-- copy: PATH as NAME -->
// copies an example there. <!-- needs: PROG... --> leaves the page out without these
// programs. Pids, times and the width of columns may differ, see
// [shell.sameLine]. [TestClusterDocument] runs the blocks that are marked "cluster".
func TestDocuments(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../docs/*.md")
	check(t, err)
	for _, page := range append(pages, "../README.md") {
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(page)
			check(t, err)
			blocks, err := blocksOf(string(text))
			check(t, err)
			runDocument(t, page, blocks)
		})
	}
}

// block is a fenced block of a document.
type block struct {
	line  int    // number of its first line of text
	kind  string // the word after the fence
	file  string // the file to write the block to, "" for none
	from  string // the example that is copied there instead of the block
	lines []string
}

var directive = regexp.MustCompile(`^<!-- (?:file: (\S+)|copy: (\S+) as (\S+)|needs: (.+)) -->$`)

// blocksOf returns the fenced blocks of a document. An indented block is an error,
// because it would not be run.
func blocksOf(text string) (blocks []block, err error) {
	var now *block
	next := block{}
	blank := true
	for i, line := range strings.Split(text, "\n") {
		kind, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && now == nil:
			next.kind, next.line = kind, i+2
			blocks = append(blocks, next)
			now, next = &blocks[len(blocks)-1], block{}
		case fence:
			now = nil
		case now != nil:
			now.lines = append(now.lines, line)
		case directive.MatchString(line):
			m := directive.FindStringSubmatch(line)
			next.file = m[1]
			if m[2] != "" {
				blocks = append(blocks, block{line: i + 1, from: m[2], file: m[3]})
			}
			if m[4] != "" {
				blocks = append(blocks, block{line: i + 1, kind: "needs", lines: strings.Fields(m[4])})
			}
		case blank && strings.HasPrefix(line, "    "):
			return nil, fmt.Errorf("line %d: an indented block; use a fence", i+1)
		}
		blank = line == ""
	}
	if now != nil {
		return nil, fmt.Errorf("line %d: the block has no end", now.line)
	}
	return blocks, nil
}

func runDocument(t *testing.T, page string, blocks []block) {
	t.Helper()
	h := newHost(t)
	var sh *shell
	for _, b := range blocks {
		switch {
		case b.kind == "needs":
			for _, name := range b.lines {
				if _, err := exec.LookPath(name); err != nil {
					leaveOut(t, name+" is missing")
				}
			}
		case b.file != "":
			text := []byte(strings.Join(b.lines, "\n") + "\n")
			if b.from != "" {
				var err error
				text, err = os.ReadFile(filepath.Join(filepath.Dir(page), b.from))
				check(t, err)
			}
			name := filepath.Join(h.dir, b.file)
			check(t, os.MkdirAll(filepath.Dir(name), 0o755))
			check(t, os.WriteFile(name, text, 0o755))
		case b.kind == "console":
			if sh == nil {
				sh = newShell(h)
				defer sh.close()
			}
			sh.session(b)
		case b.kind == "sh" || b.kind == "":
			t.Errorf("%s:%d: no test runs this block", page, b.line)
		}
	}
}

// shell is the shell of one document.
type shell struct {
	*host
	in      io.WriteCloser
	out     *bufio.Reader
	process *exec.Cmd
	pids    map[string]string // printed pids, and the real ones
}

const endOfOutput = "end of output"

// inNamespace starts the shell in a new PID namespace, because a pattern in a document
// must match no other process, and with a private /run, /var/log and private directories of
// Puppet. The first pids of the namespace are skipped, because they look like counts.
const inNamespace = `
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/log
for dir in /etc/puppet /var/cache/puppet /var/lib/puppet; do
    if [ -d "$dir" ]; then mount -t tmpfs tmpfs "$dir"; fi
done
if [ -d /etc/puppet ]; then # its files have owners that this namespace may not have
    printf '[main]\nmanage_internal_file_permissions = false\n' >/etc/puppet/puppet.conf
fi
echo 1000 >/proc/sys/kernel/ns_last_pid
exec bash --norc --noprofile`

func newShell(h *host) *shell {
	h.Helper()
	args := []string{"--fork", "--pid", "--mount-proc", "--kill-child", "sh", "-ec", inNamespace}
	if os.Geteuid() != 0 {
		args = append([]string{"--user", "--map-root-user"}, args...)
	}
	if err := exec.Command("unshare", append(args[:len(args)-3:len(args)-3], "true")...).Run(); err != nil {
		leaveOut(h, fmt.Sprintf("no PID namespace can be made: %v", err))
	}
	s := &shell{host: h, process: exec.Command("unshare", args...), pids: make(map[string]string)}
	s.process.Dir = h.dir
	s.process.Env = append(os.Environ(), mark+"="+h.id, "HOME="+h.dir,
		"SVCTL_RUNTIME_DIR="+filepath.Join(h.dir, ".svctl"), "PATH="+bin+":"+os.Getenv("PATH")+":/usr/sbin:/sbin")
	s.process.Env = append(s.process.Env, ansible(h.dir)...)
	var err error
	s.in, err = s.process.StdinPipe()
	check(h, err)
	out, err := s.process.StdoutPipe()
	check(h, err)
	s.process.Stderr = s.process.Stdout
	s.out = bufio.NewReader(out)
	check(h, s.process.Start())
	return s
}

// close terminates the shell when no other process is left: a document stops what it
// starts, but a program may sleep for another moment.
func (s *shell) close() {
	s.Helper()
	s.await("the end of all other processes", func() bool { return len(marked(s.id)) <= 2 })
	s.in.Close()
	check(s, s.process.Wait())
}

// noSyslog is what svloop and svctl print in addition on a host without a syslog.
var noSyslog = regexp.MustCompile(`^(svloop|svctl): warning: no syslog is running`)

// run runs a command and returns what it prints.
func (s *shell) run(command string) (lines []string) {
	s.Helper()
	_, err := fmt.Fprintf(s.in, "{ %s\n} </dev/null\necho '%s'\n", command, endOfOutput)
	check(s, err)
	late := time.AfterFunc(patience, func() { _ = s.process.Process.Kill() })
	defer late.Stop()
	for {
		line, err := s.out.ReadString('\n')
		if err != nil {
			s.Fatalf("%q: the shell ended: %v; output %q", command, err, lines)
		}
		if line = strings.TrimSuffix(line, "\n"); line == endOfOutput {
			return lines
		}
		if !noSyslog.MatchString(line) {
			lines = append(lines, line)
		}
	}
}

// session runs the commands of a block.
func (s *shell) session(b block) {
	s.Helper()
	for i := 0; i < len(b.lines); {
		command, is := strings.CutPrefix(b.lines[i], "$ ")
		if !is {
			s.Fatalf("line %d: %q is no command", b.line+i, b.lines[i])
		}
		line := b.line + i
		for i++; i < len(b.lines) && strings.HasSuffix(command, "\\"); i++ {
			command += "\n" + strings.TrimPrefix(b.lines[i], "> ")
		}
		var want []string
		for ; i < len(b.lines) && !strings.HasPrefix(b.lines[i], "$ "); i++ {
			want = append(want, b.lines[i])
		}
		if got, ok := s.expect(command, want); !ok {
			s.Errorf("line %d: %s\nprints\n%s\nthe document has\n%s", line, command, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// looks are commands that change nothing. Their output may need time to become as
// expected, so they are repeated; only a failing test waits for long.
var looks = regexp.MustCompile(`^(svctl( --\S+)* (status|check|list|supervise --status)|svloop .*--status)\b`)

// acts are commands that print a line for each service, in any order.
var acts = regexp.MustCompile(`^svctl( --\S+)* (start|stop|restart)\b`)

// expect runs a command until its output is as expected.
func (s *shell) expect(command string, want []string) (got []string, ok bool) {
	s.Helper()
	deadline := time.Now().Add(patience)
	for {
		got = s.run(s.real(command))
		if acts.MatchString(command) {
			slices.Sort(want)
			slices.Sort(got)
		}
		ok = s.same(want, got)
		if ok || !looks.MatchString(command) || time.Now().After(deadline) {
			return got, ok
		}
		time.Sleep(20 * time.Millisecond)
	}
}

var number = regexp.MustCompile(`\b\d{3,7}\b`)

// real replaces the pids in a command that earlier output has printed.
func (s *shell) real(command string) string {
	return number.ReplaceAllStringFunc(command, func(printed string) string {
		if pid, known := s.pids[printed]; known {
			return pid
		}
		return printed
	})
}

// same compares the output with the printed one, in which a line "..." matches any number
// of lines.
func (s *shell) same(want, got []string) bool {
	for len(want) > 0 {
		if strings.TrimLeft(want[0], "# ") == "..." {
			if len(want) == 1 {
				return true
			}
			for len(got) > 0 && !s.sameLine(want[1], got[0]) {
				got = got[1:]
			}
			want = want[1:]
			continue
		}
		if len(got) == 0 || !s.sameLine(want[0], got[0]) {
			return false
		}
		want, got = want[1:], got[1:]
	}
	return len(got) == 0
}

// varying matches the words that differ from run to run: durations, sizes, processor
// usage, times of day, and the width of columns.
var varying = regexp.MustCompile(`\b\d+(\.\d+)?(ms|s|%| MiB)|\(root, \d\d:\d\d\)|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^ "]*| {2,}|-{2,}`)

// sameLine compares two lines. Pids may differ, but equal pids must mean the same
// process. The document's directory is printed as /opt/demo.
func (s *shell) sameLine(want, got string) bool {
	wantWords, gotWords := varying.ReplaceAllString(want, "~"), varying.ReplaceAllString(got, "~")
	wantWords = strings.ReplaceAll(wantWords, "/opt/demo/", "")
	gotWords = strings.ReplaceAll(gotWords, s.dir+"/", "")
	gotWords = strings.ReplaceAll(gotWords, bin+"/", "/usr/bin/")
	if number.ReplaceAllString(wantWords, "N") != number.ReplaceAllString(gotWords, "N") {
		return false
	}
	printed, found := number.FindAllString(wantWords, -1), number.FindAllString(gotWords, -1)
	for i := range printed {
		known, ok := s.pids[printed[i]]
		if ok && known != found[i] || !ok && slices.Contains(slices.Collect(maps.Values(s.pids)), found[i]) {
			return false
		}
	}
	for i := range printed {
		s.pids[printed[i]] = found[i]
	}
	return true
}
