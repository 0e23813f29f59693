package manpage

import (
	"fmt"
	"strconv"
	"strings"
)

// macro does what a line that begins with a dot says.
func (f *formatter) macro(name string, args []string) error {
	for i, arg := range args {
		text, err := decode(arg)
		if err != nil {
			return err
		}
		args[i] = text
	}
	switch name {
	case "TH":
		return f.begin(args)
	case "SH":
		f.section(0, args)
	case "SS":
		f.section(sub, args)
	case "PP", "P", "LP":
		f.paragraph()
	case "TP":
		return f.tagged(args)
	case "IP":
		tag := strings.Join(args[:min(1, len(args))], "")
		if err := f.tagged(args[min(1, len(args)):]); err != nil {
			return err
		}
		f.awaited, f.tag = false, tag
	case "RS":
		return f.deeper(args)
	case "RE":
		return f.back()
	case "br":
		f.flush()
	case "nf", "EX":
		f.flush()
		f.verbal = true
	case "fi", "EE":
		f.verbal = false
	case "B", "I", "BR", "BI", "RB", "RI", "IB", "IR":
		f.add(alternate(name, args))
	default:
		return fmt.Errorf("unknown macro .%s", name)
	}
	return nil
}

// begin writes the head of the page and keeps its foot.
func (f *formatter) begin(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf(".TH needs a name and a section")
	}
	args = append(args, "", "", "")
	name := fmt.Sprintf("%s(%s)", args[0], args[1])
	f.put(spread([3]string{name, args[4], name}))
	f.foot = [3]string{args[3], args[2], name}
	return nil
}

func (f *formatter) section(indent int, args []string) {
	f.paragraph()
	f.left, f.outer = body, nil
	f.put(strings.Repeat(" ", indent) + string(rune(bold)) + strings.Join(args, " ") + string(rune(roman)))
	f.blank = true // no line between a title and its text
}

func (f *formatter) tagged(args []string) (err error) {
	f.paragraph()
	f.awaited = true
	f.hang, err = indentation(args)
	return err
}

func (f *formatter) deeper(args []string) error {
	f.flush()
	by, err := indentation(args)
	f.outer = append(f.outer, f.left, f.hang)
	f.left += by
	f.hang = 0
	return err
}

func (f *formatter) back() error {
	f.flush()
	n := len(f.outer)
	if n == 0 {
		return fmt.Errorf(".RE without .RS")
	}
	f.left, f.hang, f.outer = f.outer[n-2], f.outer[n-1], f.outer[:n-2]
	return nil
}

// indentation reads the width that .TP, .IP and .RS may have.
func indentation(args []string) (int, error) {
	if len(args) == 0 {
		return step, nil
	}
	n, err := strconv.Atoi(strings.TrimSuffix(args[0], "n"))
	if err != nil || n < 0 || n > width/2 {
		return 0, fmt.Errorf("%q is no indentation", args[0])
	}
	return n, nil
}

// alternate sets words in one font with blanks between, or in two fonts, one
// after the other, without.
func alternate(name string, args []string) string {
	between := ""
	if len(name) == 1 {
		between = " "
	}
	parts := make([]string, len(args))
	for i, arg := range args {
		own := string(font(name[i%len(name)]))
		parts[i] = own + strings.ReplaceAll(arg, string(rune(roman)), own) + string(rune(roman))
	}
	return strings.Join(parts, between)
}

// arguments cuts the rest of a macro's line: at blanks, outside quotes.
func arguments(rest string) (args []string) {
	for rest = strings.TrimLeft(rest, " "); rest != ""; rest = strings.TrimLeft(rest, " ") {
		var arg string
		arg, rest = argument(rest)
		args = append(args, arg)
	}
	return args
}

// argument cuts off the first one. A quote inside quotes is written twice.
func argument(rest string) (arg, after string) {
	text, quoted := strings.CutPrefix(rest, `"`)
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			arg += text[i : i+2]
			i++
		case quoted && strings.HasPrefix(text[i:], `""`):
			arg += `"`
			i++
		case quoted && text[i] == '"', !quoted && text[i] == ' ':
			return arg, text[i+1:]
		default:
			arg += text[i : i+1]
		}
	}
	return arg, ""
}
