package systemd

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// unitName is the name of a unit in parts: prefix@instance.service.
type unitName struct {
	full, prefix, instance string
	template               bool // the instance is empty
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

// service returns the name of the entry.
func (n unitName) service() string {
	if n.instance != "" {
		return n.prefix + "@" + n.instance
	}
	return n.prefix
}

// Directories and users of the system manager, systemd.unit(5), "Specifiers".
var directories = map[byte]string{
	't': "/run", 'S': "/var/lib", 'C': "/var/cache", 'L': "/var/log", 'E': "/etc", 'T': "/tmp", 'V': "/var/tmp",
	'h': "/root", 'u': "root", 'U': "0", 'g': "root", 'G': "0", 's': "/bin/sh",
}

// expand replaces the specifiers whose value is known. Others stay as they are,
// like unknown specifiers in systemd.
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

// ofHost returns the specifiers in a value that depend on the name of this
// machine.
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

// foreign returns the specifiers in a value that are not replaced: they depend
// on the host or on the instance.
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

// unescapeName reverses systemd-escape(1).
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

// unescapeC decodes the escape sequence after a backslash and returns its
// length. \s is a space, systemd.service(5).
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
