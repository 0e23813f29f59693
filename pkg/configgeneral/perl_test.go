package configgeneral

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var (
	perlSeed  = flag.Uint64("perlseed", 1, "first seed of the files compared with Config::General")
	perlCases = flag.Int("perlcases", 600, "number of files compared with Config::General")
)

// perlProgram parses the file of each line "DIRECTORY NAME" on standard input and answers
// with a line of JSON. Each byte of a string becomes a character, because JSON has no
// bytes.
const perlProgram = `
use strict;
use Config::General;
use JSON::PP;
use Encode ();
my $json = JSON::PP->new->ascii->allow_nonref;
sub plain {
	my ($v) = @_;
	return [map { plain($_) } @$v] if ref $v eq "ARRAY";
	return {map { my $k = $_; plain_text($k) => plain($v->{$k}) } keys %$v} if ref $v eq "HASH";
	return defined $v ? plain_text($v) : undef;
}
sub plain_text {
	my ($s) = @_;
	utf8::encode($s) if utf8::is_utf8($s);
	return "$s";
}
$| = 1;
$SIG{__WARN__} = sub {};
while (my $case = <STDIN>) {
	chomp $case;
	my ($dir, $name) = split / /, $case;
	chdir $dir or die "$dir: $!";
	my %tree = eval {
		Config::General->new(-ConfigFile => $name, -IncludeAgain => 1, -IncludeGlob => 1,
			-IncludeRelative => 1, -InterPolateVars => 1)->getall;
	};
	print $json->encode($@ ? {error => "$@"} : {tree => plain(\%tree)}), "\n";
}
`

// requireTool skips the test if a tool is missing and that is acceptable.
func requireTool(t *testing.T, command ...string) {
	t.Helper()
	if err := exec.Command(command[0], command[1:]...).Run(); err == nil {
		return
	}
	if os.Getenv("CI") == "true" || os.Getenv("SVLOOP_REQUIRE_TOOLS") == "1" {
		t.Fatalf("cannot run %q", command)
	}
	t.Skipf("cannot run %q", command)
}

// rooted presents the files of the operating system; relative names are below dir.
type rooted struct{ dir string }

func (r rooted) name(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return r.dir + "/" + name
}

func (r rooted) ReadFile(name string) ([]byte, error)       { return os.ReadFile(r.name(name)) }
func (r rooted) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(r.name(name)) }
func (r rooted) Stat(name string) (fs.FileInfo, error)      { return os.Stat(r.name(name)) }

// TestAgainstPerl compares random files with the original: the trees are equal, or both
// reject the file. The only intended difference is a lossError: the original accepts the
// file but garbles it.
func TestAgainstPerl(t *testing.T) {
	requireTool(t, "perl", "-MConfig::General 2.65", "-MJSON::PP", "-e", "1")
	root := t.TempDir()
	type testCase struct{ dir, name string }
	cases := make([]testCase, *perlCases)
	var input bytes.Buffer
	for i := range cases {
		random := &generator{rand.New(rand.NewPCG(*perlSeed, uint64(i)))}
		c := testCase{filepath.Join(root, fmt.Sprint(i)), "main.conf"}
		random.writeFiles(t, c.dir)
		if random.IntN(2) == 0 {
			c.name = filepath.Join(c.dir, c.name)
		}
		cases[i] = c
		fmt.Fprintln(&input, c.dir, c.name)
	}

	perl := exec.Command("perl", "-e", perlProgram)
	perl.Stdin = &input
	perl.Stderr = os.Stderr
	output, err := perl.Output()
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(output))
	equal, refusedByBoth, refusedOnPurpose := 0, 0, 0
	for i, c := range cases {
		var theirs struct {
			Tree  any
			Error string
		}
		if err := decoder.Decode(&theirs); err != nil {
			t.Fatal(err)
		}
		tree, err := Parse(c.name, rooted{c.dir})
		_, onPurpose := errors.AsType[lossError](err)
		switch {
		case onPurpose:
			refusedOnPurpose++
		case err != nil && theirs.Error != "":
			refusedByBoth++
		case err == nil && theirs.Error == "" && reflect.DeepEqual(byteRunes(plain(tree)), theirs.Tree):
			equal++
		default:
			t.Errorf("case %d of seed %d:\n%s\nhere: %q, %v\nperl: %q, %v", i, *perlSeed,
				showFiles(c.dir), plainOrNil(tree), err, theirs.Tree, theirs.Error)
		}
	}
	t.Logf("%d trees are equal, %d files are refused by both, %d on purpose", equal, refusedByBoth, refusedOnPurpose)
}

func plainOrNil(v *Value) any {
	if v == nil {
		return nil
	}
	return plain(v)
}

// byteRunes returns a character for each byte, as perlProgram does.
func byteRunes(v any) any {
	switch v := v.(type) {
	case string:
		var s strings.Builder
		for i := range len(v) {
			s.WriteRune(rune(v[i]))
		}
		return s.String()
	case []any:
		for i := range v {
			v[i] = byteRunes(v[i])
		}
	case map[string]any:
		m := make(map[string]any)
		for key, value := range v {
			m[byteRunes(key).(string)] = byteRunes(value)
		}
		return m
	}
	return v
}

func showFiles(dir string) string {
	var b strings.Builder
	filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		fmt.Fprintf(&b, "--- %s\n%q\n", name, data)
		return err
	})
	return b.String()
}
