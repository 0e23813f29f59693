package servicedef

import (
	"slices"
	"strings"
	"testing"
)

// TestShellSyntax shows the words, and the intended form.
func TestShellSyntax(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ keys, word, words, form string }{
		{"start = nginx -g 'daemon off;'", "'daemon", `["nginx" "-g" "'daemon" "off;'"]`, "nginx -g daemon%20off;"},
		{`start = nginx -g "daemon off;"`, `"daemon`, `["nginx" "-g" "\"daemon" "off;\""]`, "nginx -g daemon%20off;"},
		{"start = x 'a'", "'a'", `["x" "'a'"]`, "x a"},
		{"start = x 'a%20b'", "'a%20b'", `["x" "'a b'"]`, "x a%20b"},
		{"start = x --opt='a b'", "--opt='a", `["x" "--opt='a" "b'"]`, "x --opt=a%20b"},
		{`start = x {"a": "b c"}`, `"b`, `["x" "{\"a\":" "\"b" "c\"}"]`, "x {a: b%20c}"},
		{"start = '", "'", `["'"]`, ""},
		{"start = x ''", "''", `["x" "''"]`, ""},
		{"start = x 'a", "'a", `["x" "'a"]`, ""},
		{"start = sh -c 'a | b >c'", "'a", `["sh" "-c" "'a" "|" "b" ">c'"]`, "sh -c a%20|%20b%20%3Ec"},
		{`start = x a\ b`, `a\`, `["x" "a\\" "b"]`, "x a%20b"},
		{"start = 'x -a b'", "'x", `["'x" "-a" "b'"]`, "x -a b"},
		{"start = x --opt='a'", "--opt='a'", `["x" "--opt='a'"]`, "x --opt=a"},
		{`start = x -Da.b="c" -v`, `-Da.b="c"`, `["x" "-Da.b=\"c\"" "-v"]`, "x -Da.b=c -v"},
		{"start = x -g'a b;'", "-g'a", `["x" "-g'a" "b;'"]`, "x -ga%20b;"},
		{"start = x -e'a'", "-e'a'", `["x" "-e'a'"]`, "x -ea"},
		{`start = x "\$A"`, `"$A"`, `["x" "\"$A\""]`, "sh -c x%20%22%24A%22"},
		{`start = x "a \$A" b`, `"a`, `["x" "\"a" "$A\"" "b"]`, "sh -c x%20%22a%20%24A%22%20b"},
		{`start = sh -c "a \$A"`, `"a`, `["sh" "-c" "\"a" "$A\""]`, "sh -c a%20%24A"},
		{`start = x >"a b"`, `>"a`, `["x" ">\"a" "b\""]`, "sh -c x%20%3E%22a%20b%22"},
		{"start = x;y", "x;y", `["x;y"]`, "sh -c x;y"},
		{"start = x|y", "x|y", `["x|y"]`, "sh -c x|y"},
		{"start = x>y", "x>y", `["x>y"]`, "sh -c x%3Ey"},
		{"start = x&&y", "x&&y", `["x&&y"]`, "sh -c x&&y"},
		{"start = cd /x&&./y", "/x&&./y", `["cd" "/x&&./y"]`, "sh -c cd%20/x&&./y"},
		{"start = x >/dev/null 2>&1", ">/dev/null", `["x" ">/dev/null" "2>&1"]`, "sh -c x%20%3E/dev/null%202%3E&1"},
		{"start = x 2>&1", "2>&1", `["x" "2>&1"]`, "sh -c x%202%3E&1"},
		{"start = x >> log", ">>", `["x" ">>" "log"]`, "sh -c x%20%3E%3E%20log"},
		{"start = x < in", "<", `["x" "<" "in"]`, "sh -c x%20%3C%20in"},
		{"start = x <in", "<in", `["x" "<in"]`, "sh -c x%20%3Cin"},
		{"start = x &>log", "&>log", `["x" "&>log"]`, "sh -c x%20&%3Elog"},
		{"start = x>/dev/null", "x>/dev/null", `["x>/dev/null"]`, "sh -c x%3E/dev/null"},
		{"start = x | logger", "|", `["x" "|" "logger"]`, "sh -c x%20|%20logger"},
		{"start = x |logger", "|logger", `["x" "|logger"]`, "sh -c x%20|logger"},
		{"start = x || y", "||", `["x" "||" "y"]`, "sh -c x%20||%20y"},
		{"start = x &", "&", `["x" "&"]`, "sh -c x%20&"},
		{"start = x&", "x&", `["x&"]`, "sh -c x%26"},
		{"start = cd /x && y", "&&", `["cd" "/x" "&&" "y"]`, "sh -c cd%20/x%20&&%20y"},
		{"start = cd /x; y", "/x;", `["cd" "/x;" "y"]`, "sh -c cd%20/x;%20y"},
		{"start = x ; y", ";", `["x" ";" "y"]`, "sh -c x%20;%20y"},
		{"start = x $(cat y)", "$(cat", `["x" "$(cat" "y)"]`, "sh -c x%20%24(cat%20y)"},
		{"start = x --a=$(y)", "--a=$(y)", `["x" "--a=$(y)"]`, "sh -c x%20--a=%24(y)"},
		{"start = x `y`", "`y`", "[\"x\" \"`y`\"]", "sh -c x%20`y`"},
		{`start = x \$HOME`, "$HOME", `["x" "$HOME"]`, "sh -c x%20%24HOME"},
		{"start = ~/bin/x", "~/bin/x", `["~/bin/x"]`, "sh -c %7E/bin/x"},
		{"start = A=1 x y", "A=1", `["A=1" "x" "y"]`, "env A=1 x y"},
		{"start = A='1 2' x", "A='1", `["A='1" "2'" "x"]`, "env A=1%202 x"},
		{"control = x 'a b'", "'a", `["x" "'a" "b'"]`, "x a%20b"},
		{"control = x $(y)", "$(y)", `["x" "$(y)"]`, "it into a script, and the path of that here"},
		{"start = x\nstop = y && z", "&&", `["y" "&&" "z"]`, "sh -c y%20&&%20z"},
		{"start = x\nstatus = y | grep z", "|", `["y" "|" "grep" "z"]`, "sh -c y%20|%20grep%20z"},
		{"start = x\nrestart = y; z", "y;", `["y;" "z"]`, "sh -c y;%20z"},
		{"start = x\ndaemon = /p\ndaemon_options = --kill-spec \"TERM/10 KILL\"", `"TERM/10`, `["--kill-spec" "\"TERM/10" "KILL\""]`, "--kill-spec TERM/10%20KILL"},
		{"start = x\ndaemon = /p\ndaemon_options = --stdout /l 2>&1", "2>&1", `["--stdout" "/l" "2>&1"]`, ""},
	} {
		lines := strings.Split(test.keys, "\n")
		key, _, _ := strings.Cut(lines[len(lines)-1], " ")
		form := "write " + test.form
		if test.form == "" {
			form = "write a blank in a word as %20, a quote as %27 or %22"
		}
		want := `"` + strings.ReplaceAll(strings.ReplaceAll(test.word, `\`, `\\`), `"`, `\"`) + `" in key "` + key + `" is for a shell, and no shell reads it: the words are ` + test.words + "; " + form
		warnings := load(t, serviceText(test.keys)).Warnings
		if len(warnings) != 1 || !strings.HasSuffix(warnings[0].Error(), ": "+want) || !strings.HasPrefix(warnings[0].Error(), "a.conf:") {
			t.Errorf("%s\ngot  %v\nwant %s", test.keys, warnings, want)
		}
		// The intended form is valid, and has no warning.
		if test.form == "" || key == "daemon_options" || key == "control" {
			continue
		}
		if w := load(t, serviceText("start = "+test.form)).Warnings; len(w) > 0 {
			t.Errorf("%s has the warnings %v", test.form, w)
		}
	}
}

// TestNoShellSyntax has commands without shell syntax.
func TestNoShellSyntax(t *testing.T) {
	t.Parallel()
	for _, command := range []string{
		"/usr/bin/prog --conf /etc/prog.conf -d",
		"curl http://host/path?a=1&b=2",
		"curl http://host/path?a=1&b=2&",
		"curl https://host/?q=a;b;",
		"x --filter a|b --match (a|b)+ ^a.*b$ [^'\"]*",
		"x --where a>5 --min >=3 --max <=9 a->b a=>b <name>",
		"x name='x' host=\"x\" --where=name='x' --opt='a%20b' --list=a;b --cookie=a=1;b=2",
		`x {"a":"b"} --json={"a":"b","c":"d"} --where=a='b'&&c='d'`,
		"x don't o'clock it's",
		"x --allow=* *:8080 /a/*.conf ?",
		"x --text=100% %d %s a%2",
		"x --mail=a&amp;b &lt;",
		"nginx -g daemon%20off;",
		"x a%20|%20b a%26& %3E >%20",
		"sh -c exec%20prog%20>/dev/null%202>&1",
		"sh -c \"\\$0\"%20'a'%20b",
		"/bin/bash -ec a; b",
		"x --regexp=^a$ end$ a$b",
		`x C:\dir \d+\s*`,
		`x end\`,
		"x ~ a~/b x~",
		"x user@host:dir,a=b:c",
		"x (&(objectClass=a)(b=c))",
		"x k=v A=1",
	} {
		if w := load(t, serviceText("start = "+strings.ReplaceAll(strings.ReplaceAll(command, `\`, `\\`), "$", `\$`))).Warnings; len(w) > 0 {
			t.Errorf("%s has the warnings %v", command, w)
		}
	}
}

func TestUnquoted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want []string
	}{
		{`a b`, []string{"a", "b"}}, {` a  b `, []string{"a", "b"}}, {`'a b'c"d e"`, []string{"a bcd e"}}, {`"a\"b\c"`, []string{`a"b\c`}},
		{`'a\'b`, []string{`a\b`}}, {`a\ b`, []string{"a b"}}, {`'' a`, []string{"", "a"}}, {`a%20b 'c%41'`, []string{"a b", "cA"}},
		{`'a`, nil}, {`"a`, nil}, {`a\`, nil}, {"", nil},
	} {
		if got := unquoted(test.text); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.text, got, test.want)
		}
	}
}
