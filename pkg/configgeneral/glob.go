package configgeneral

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// wildcards are the characters that make the name in an include directive a
// pattern.
const wildcards = `*?[{\`

const maxBraceExpansions = 1000

// glob returns the files that match pattern, relative to dir, like glob(3) with
// GLOB_BRACE and backslash quoting. They are sorted by bytes within each
// expansion of the braces. Directories are skipped. It is not an error if no file
// matches.
func glob(files Files, dir, pattern string) ([]string, error) {
	expansions, err := expandBraces(nil, pattern)
	if err != nil {
		return nil, err
	}
	var matches []string
	for _, pattern := range expansions {
		found, err := globElements(files, dir, strings.Split(join("", pattern), "/"))
		if err != nil {
			return nil, err
		}
		slices.Sort(found)
		matches = append(matches, found...)
	}
	return matches, nil
}

// globElements matches the elements of the path one by one.
func globElements(files Files, dir string, elements []string) ([]string, error) {
	bases := []string{""}
	for i, element := range elements {
		if i == 0 && element == "" {
			bases = []string{"/"}
			continue
		}
		var next []string
		for _, base := range bases {
			names, err := matchingNames(files, join(dir, base), element)
			if err != nil {
				return nil, err
			}
			for _, name := range names {
				next = append(next, join(base, name))
			}
		}
		bases = next
	}
	return slices.DeleteFunc(bases, func(name string) bool {
		info, err := files.Stat(join(dir, name))
		return err != nil || !info.Mode().IsRegular()
	}), nil
}

// matchingNames returns the entries of dir that match. It does not check that an
// element without wildcards exists.
func matchingNames(files Files, dir, element string) ([]string, error) {
	pattern := compileElement(element)
	if name, ok := pattern.literal(); ok {
		return []string{name}, nil
	}
	if dir == "" {
		dir = "."
	}
	entries, err := files.ReadDir(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") && !strings.HasPrefix(element, ".") {
			continue
		}
		if pattern.match(name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// expandBraces appends the expansions of pattern to list: "a{b,c}" is "ab" and
// "ac". Unpaired braces are ordinary characters.
func expandBraces(list []string, pattern string) ([]string, error) {
	if len(list) >= maxBraceExpansions {
		return nil, fmt.Errorf("its braces expand to more than %d patterns", maxBraceExpansions)
	}
	open, commas, closing := findBraces(pattern)
	if closing < 0 {
		return append(list, pattern), nil
	}
	start := open + 1
	for _, end := range append(commas, closing) {
		var err error
		list, err = expandBraces(list, pattern[:open]+pattern[start:end]+pattern[closing+1:])
		if err != nil {
			return nil, err
		}
		start = end + 1
	}
	return list, nil
}

// findBraces returns the positions of the first brace, of its partner (-1 for
// none) and of the commas between them.
func findBraces(pattern string) (open int, commas []int, closing int) {
	open = -1
	depth := 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case open < 0:
			if c == '{' {
				open = i
			}
		case c == '[':
			if length := strings.IndexByte(pattern[i:], ']'); length > 0 {
				i += length
			}
		case c == '{':
			depth++
		case c == '}' && depth == 0:
			return open, commas, i
		case c == '}':
			depth--
		case c == ',' && depth == 0:
			commas = append(commas, i)
		}
	}
	return open, nil, -1
}
