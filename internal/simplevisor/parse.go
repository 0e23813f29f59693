package simplevisor

import (
	"regexp"
	"slices"
	"strings"
)

// UsageError is an error of the command line: exit status 2, and nothing was done.
type UsageError struct{ Text string }

func (e *UsageError) Error() string { return e.Text }

// negative matches a word that is a number and not an option.
var negative = regexp.MustCompile(`^-\d+$|^-\d*\.\d+$`)

// Parse parses the words after the name of the program like Python's argparse:
// options and operands in any order, "--name=value" and "-pvalue", long options
// abbreviated as long as they are unambiguous, "--" before words that are no options.
// The error is a [*UsageError].
func Parse(words []string) (*Call, error) {
	c := &Call{Given: make(Properties)}
	var operands, unknown []string
	for ended := false; len(words) > 0 && c.Page == ""; {
		word := words[0]
		words = words[1:]
		switch {
		case !ended && word == "--":
			ended = true
		case ended || !isOption(word):
			operands = append(operands, word)
			if err := c.operand(operands); err != nil {
				return nil, err
			}
		default:
			o, value, hasValue, err := find(word)
			if err != nil {
				return nil, err
			}
			if o == nil {
				unknown = append(unknown, word)
				continue
			}
			if words, err = c.option(*o, value, hasValue, words); err != nil {
				return nil, err
			}
		}
	}
	if len(operands) > 2 {
		unknown = append(unknown, operands[2:]...)
	}
	switch {
	case c.Page != "":
	case len(operands) == 0:
		return nil, &UsageError{"the following arguments are required: command"}
	case len(unknown) > 0:
		return nil, &UsageError{"unrecognized arguments: " + strings.Join(unknown, " ")}
	}
	return c, nil
}

func isOption(word string) bool {
	return len(word) > 1 && word[0] == '-' && !negative.MatchString(word)
}

// operand stores the last of the operands.
func (c *Call) operand(operands []string) error {
	switch len(operands) {
	case 1:
		return c.setCommand(operands[0])
	case 2:
		c.Given["path"] = operands[1]
	}
	return nil
}

// option stores an option. Its value is in its own word, or it is the next of the words.
// The rest of the words is returned.
func (c *Call) option(o option, value string, hasValue bool, words []string) ([]string, error) {
	switch {
	case o.page != "":
		c.Page = o.page
		return words, nil
	case !o.value && hasValue:
		return nil, &UsageError{"argument " + o.String() + ": ignored explicit argument '" + value + "'"}
	case !o.value:
		c.Given[o.name] = "true"
		return words, nil
	case hasValue:
		return words, c.set(o, value)
	case len(words) == 0 || words[0] == "--" || isOption(words[0]):
		return nil, &UsageError{"argument " + o.String() + ": expected one argument"}
	}
	return words[1:], c.set(o, words[0])
}

// find returns the option that a word stands for, and the value in the word. The
// option is nil if there is none.
func find(word string) (o *option, value string, hasValue bool, err error) {
	name, long := strings.CutPrefix(word, "--")
	if !long {
		letter := word[1:2]
		i := slices.IndexFunc(options, func(o option) bool { return o.letter == letter })
		if i < 0 {
			return nil, "", false, nil
		}
		return &options[i], strings.TrimPrefix(word[2:], "="), len(word) > 2, nil
	}
	name, value, hasValue = strings.Cut(name, "=")
	var matches []string
	for i := range options {
		switch {
		case options[i].name == name:
			return &options[i], value, hasValue, nil
		case strings.HasPrefix(options[i].name, name):
			o = &options[i]
			matches = append(matches, "--"+o.name)
		}
	}
	if len(matches) > 1 {
		return nil, "", false, &UsageError{"ambiguous option: " + word + " could match " + strings.Join(matches, ", ")}
	}
	return o, value, hasValue, nil
}
