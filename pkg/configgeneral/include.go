package configgeneral

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"
)

const (
	maxIncludeDepth = 64
	maxIncludes     = 100_000
	byteOrderMark   = "\xef\xbb\xbf"
)

// source is one file that is being read.
type source struct {
	name   string
	from   *Pos // the include directive, nil for the first file
	parent *source
	info   fs.FileInfo
}

// includeName returns the file or pattern of <<include NAME>>. Quotes and blanks
// before the closing >> are part of the name.
func includeName(t Text) (Text, bool) {
	const start, end = "<<include", ">>"
	if len(t.s) < len(start) || !strings.EqualFold(t.s[:len(start)], start) || !strings.HasSuffix(t.s, end) {
		return Text{}, false
	}
	rest := t.from(len(start)).upTo(len(t.s) - len(start) - len(end))
	name := rest.trimLeft()
	if name.s == "" && len(rest.s) > 1 {
		name = rest.from(len(rest.s) - 1) // a blank can be a name
	}
	return name, name.s != "" && len(name.s) < len(rest.s)
}

// include reads the file, or the files that match the pattern, of the directive
// at pos in parent.
func (p *parser) include(name Text, pos Pos, parent *source) error {
	if !strings.ContainsAny(name.s, wildcards) {
		return p.file(p.find(name.s, parent), &pos, parent)
	}
	for _, dir := range p.directories(name.s, parent) {
		found, err := glob(p.files, dir, name.s)
		if err != nil {
			return errorAt(name.Pos(0), "cannot expand %q: %w", name.s, err)
		}
		for _, file := range found {
			if strings.ContainsAny(file, wildcards) {
				// The original would use the name as another pattern.
				return lossAt(name.Pos(0), "%q matches %q, which looks like a pattern itself: rename that file", name.s, file)
			}
			if err := p.file(join(dir, file), &pos, parent); err != nil {
				return err
			}
		}
		if len(found) > 0 {
			break
		}
	}
	return nil
}

// find returns the first candidate that exists, or else the one in the directory
// of the including file.
func (p *parser) find(name string, parent *source) string {
	dirs := p.directories(name, parent)
	for _, dir := range dirs {
		file := join(dir, name)
		if _, err := p.files.Stat(file); err == nil {
			return file
		}
	}
	return join(dirs[0], name)
}

// directories returns the directories in which to search for an included file.
func (p *parser) directories(name string, parent *source) []string {
	beside := directory(parent.name)
	if strings.HasPrefix(name, "/") {
		beside = ""
	}
	return append([]string{beside}, p.searchPath...)
}

// file parses the named file. from and parent are nil for the first file.
func (p *parser) file(name string, from *Pos, parent *source) error {
	src := &source{name: name, from: from, parent: parent}
	data, err := p.read(src)
	switch {
	case err == nil:
		text, marked := strings.CutPrefix(string(data), byteOrderMark)
		if marked {
			if err := checkUTF8(src, text); err != nil {
				return err
			}
		}
		return (&scanner{src: src, parser: p}).scan(text)
	case from == nil:
		return errorAt(Pos{File: name}, "cannot read: %w", err)
	case strings.HasSuffix(name, `"`) || strings.HasSuffix(name, "'"):
		return errorAt(*from, "cannot include %q: %w: remove the quotes, which count as part of the name", name, err)
	}
	return errorAt(*from, "cannot include %q: %w", name, err)
}

// read returns the contents of the file, or an error if it must not be included
// here.
func (p *parser) read(src *source) ([]byte, error) {
	info, err := p.files.Stat(src.name)
	if err != nil {
		return nil, withoutPath(err)
	}
	if info.IsDir() {
		return nil, errors.New("is a directory: name a file or a pattern like \"*.conf\"")
	}
	src.info = info
	depth := 0
	for outer := src.parent; outer != nil; outer = outer.parent {
		if outer.name == src.name || os.SameFile(outer.info, info) {
			return nil, errors.New("the file includes itself, directly or through another file")
		}
		depth++
	}
	if depth > maxIncludeDepth {
		return nil, fmt.Errorf("includes are nested more than %d deep", maxIncludeDepth)
	}
	if p.included++; p.included > maxIncludes {
		return nil, fmt.Errorf("more than %d files are included", maxIncludes)
	}
	data, err := p.files.ReadFile(src.name)
	return data, withoutPath(err)
}

// checkUTF8 rejects a file that has a byte order mark and is not UTF-8.
func checkUTF8(src *source, text string) error {
	if utf8.ValidString(text) {
		return nil
	}
	line, col := 1, 1
	for i, r := range text {
		if _, size := utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && size == 1 {
			break
		}
		col += utf8.RuneLen(r)
		if r == '\n' {
			line, col = line+1, 1
		}
	}
	pos := Text{src: src, line: line, col: col}.Pos(0)
	return lossAt(pos, "the file begins with a UTF-8 byte order mark, but is not UTF-8: remove the mark or convert the file")
}

// withoutPath removes the operation and the path, which the surrounding message
// has already.
func withoutPath(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	return err
}

// directory returns the part of name before its last element, or "" if there is
// none.
func directory(name string) string { return name[:strings.LastIndexByte(name, '/')+1] }

// join is path.Join, except that it keeps "..": after a symbolic link, ".." does
// not lead back.
func join(dir, name string) string {
	joined := name
	if dir != "" {
		joined = dir + "/" + name
	}
	var kept []string
	for element := range strings.SplitSeq(joined, "/") {
		if element != "" && element != "." {
			kept = append(kept, element)
		}
	}
	cleaned := strings.Join(kept, "/")
	if strings.HasPrefix(joined, "/") {
		return "/" + cleaned
	}
	return cleaned
}
