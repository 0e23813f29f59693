package systemd

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// unitName is the name of a unit in its parts: prefix@instance.service.
type unitName struct {
	full, prefix, instance string
	template               bool // there is an @, and nothing behind it
	hostname               string
}

func splitUnitName(file string) unitName {
	n := unitName{full: file}
	stem := strings.TrimSuffix(file, ".service")
	var at bool
	n.prefix, n.instance, at = strings.Cut(stem, "@")
	n.template = at && n.instance == ""
	return n
}

// service is what the entry is called.
func (n unitName) service() string {
	if n.instance != "" {
		return n.prefix + "@" + n.instance
	}
	return n.prefix
}

// The directories of the system manager, systemd.unit(5), "Specifiers".
var directories = map[byte]string{
	't': "/run", 'S': "/var/lib", 'C': "/var/cache", 'L': "/var/log", 'E': "/etc", 'T': "/tmp", 'V': "/var/tmp",
	'h': "/root", 'u': "root", 'U': "0", 'g': "root", 'G': "0", 's': "/bin/sh",
}

// expand replaces the specifiers that are known without the host. Others stay,
// as systemd has it for those that do not exist.
func (n unitName) expand(word string) string {
	if !strings.Contains(word, "%") {
		return word
	}
	var b strings.Builder
	for i := 0; i < len(word); i++ {
		if word[i] != '%' || i+1 == len(word) {
			b.WriteByte(word[i])
			continue
		}
		value, known := n.specifier(word[i+1])
		if !known {
			value = word[i : i+2]
		}
		b.WriteString(value)
		i++
	}
	return b.String()
}

func (n unitName) specifier(c byte) (value string, known bool) {
	last := n.prefix[strings.LastIndexByte(n.prefix, '-')+1:]
	switch c {
	case '%':
		return "%", true
	case 'H':
		return n.hostname, n.hostname != ""
	case 'l':
		short, _, _ := strings.Cut(n.hostname, ".")
		return short, short != ""
	case 'n':
		return n.full, !n.template
	case 'N':
		return strings.TrimSuffix(n.full, ".service"), !n.template
	case 'p':
		return n.prefix, true
	case 'P':
		return unescapeName(n.prefix), true
	case 'j':
		return last, true
	case 'J':
		return unescapeName(last), true
	case 'i':
		return n.instance, !n.template
	case 'I':
		return unescapeName(n.instance), !n.template
	}
	value, known = directories[c]
	return value, known
}

// ofHost are the specifiers in a value that stand for the name of this machine.
func (n unitName) ofHost(value string) []string {
	var found []string
	for i := 0; i+1 < len(value); i++ {
		if value[i] != '%' {
			continue
		}
		i++
		if s := value[i-1 : i+1]; (s == "%H" || s == "%l") && n.expand(s) != s && !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	return found
}

// foreign are the specifiers in a value that stay in it and mean something to
// systemd: they depend on the host or on the instance.
func (n unitName) foreign(value string) []string {
	var found []string
	for i := 0; i+1 < len(value); i++ {
		if value[i] != '%' {
			continue
		}
		i++
		if _, known := n.specifier(value[i]); !known && strings.IndexByte("aAbBdDfHiIlmMnNoqrvwWyY", value[i]) >= 0 {
			found = append(found, value[i-1:i+1])
		}
	}
	return found
}

// unescapeName undoes what systemd-escape(1) does.
func unescapeName(name string) string {
	name = strings.ReplaceAll(name, "-", "/")
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if rest := name[i:]; len(rest) >= 4 && strings.HasPrefix(rest, `\x`) {
			if n, err := strconv.ParseUint(rest[2:4], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(name[i])
	}
	return b.String()
}

// unescapeC decodes what is behind a backslash, and returns how long it is. \s
// is a blank, systemd.service(5).
func unescapeC(s string) (decoded string, length int) {
	const letters, values = `abfnrtv\"'s`, "\a\b\f\n\r\t\v\\\"' "
	if i := strings.IndexByte(letters, s[0]); i >= 0 {
		return values[i : i+1], 1
	}
	number := func(start, digits, base int) (uint64, bool) {
		if len(s) < start+digits {
			return 0, false
		}
		n, err := strconv.ParseUint(s[start:start+digits], base, 32)
		return n, err == nil
	}
	if n, ok := number(0, 3, 8); ok && n <= 0xff {
		return string([]byte{byte(n)}), 3
	}
	for letter, digits := range map[byte]int{'x': 2, 'u': 4, 'U': 8} {
		n, ok := number(1, digits, 16)
		switch {
		case s[0] != letter || !ok:
		case letter == 'x':
			return string([]byte{byte(n)}), 1 + digits
		case n <= utf8.MaxRune:
			return string(rune(n)), 1 + digits
		}
	}
	return `\` + s[:1], 1
}
