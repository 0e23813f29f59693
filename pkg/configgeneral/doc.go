// Package configgeneral parses configuration files in the dialect of Perl's
// Config::General 2.65 with its options IncludeAgain, IncludeGlob,
// IncludeRelative and InterPolateVars on, and the same tree from JSON.
//
// [Parse] returns the tree of a file. Every [Value] in the tree has its position,
// so that a package that gives the keys a meaning can report an [Error] there.
// Parse has two steps, which you can also call alone: [ParseSyntax] returns the
// syntax tree, [Eval] evaluates it. [Dump] and [ParseJSON] write and read the tree
// as JSON. The package reads files through a [Files]: [OSFiles] reads those of the
// operating system.
//
// # Lines
//
// A file is a sequence of bytes in lines. A carriage return is a blank, like
// space, tab, form feed and vertical tab. A UTF-8 byte order mark at the start is
// ignored. Physical lines become logical lines in this order:
//
//  1. Inside a here-document, lines are used unchanged.
//  2. The text from the first /* to the last */ on a line is removed, with the
//     blanks around it. A line that begins with /* and does not close it starts a
//     comment that ends at the next line with */, or at the end of the file.
//  3. # starts a comment, unless it follows a backslash.
//  4. A backslash at the very end, unless doubled, joins the next line, without
//     the indentation of either line. An empty line, or a line with only a
//     comment, ends the joining.
//  5. <key/> and <key name/> are empty blocks.
//  6. "key <<END", or "key = <<END", starts a here-document. A line with only END,
//     and blanks around it, ends it. The indentation of that line is removed from
//     all lines that have it, and blanks at both ends of the whole text are removed.
//  7. <<include NAME>> is replaced by the contents of the files that match NAME.
//
// # Keys, values and blocks
//
//	key = value     the first run of blanks, with or without one =, ends the key
//	key value
//	key             a key without a value: Null
//	<key>           a block, a Map, up to </key>
//	<key name>      a block in a block: a Map with one Map, name
//	<"a key" "a name">
//
// The key in </key> is not compared with the key that it closes. A block may
// start in one file and end in another. Double quotes around a whole value are
// removed. A repeated key becomes an Array of all its values in their order, texts
// and blocks alike. The same holds for a repeated name. A block whose key already
// has a text, and a named block whose key is an Array, are rejected.
//
// # Variables and escapes
//
// Any key whose first value is a text is a variable from there on, in its block
// and in the blocks in it, with that first value. $name and ${name} are replaced in
// values and in the keys and names of blocks. A name is a letter or digit, followed
// by any of letters, digits and _ - . : +. A $ is literal after a backslash, inside
// single quotes (which are kept), or without a name after it. An undefined variable
// is an error. Environment variables are not defined. A repeated named block sees no
// variables of the blocks around it.
//
// Afterwards the backslash before $ \ " and # is removed, only in values, and also
// where a variable inserted it.
//
// # Includes
//
// A relative NAME is searched for in the directory of the including file, then in
// the directory of the first file if that has an absolute name. If NAME contains * ?
// [ { or a backslash, it is a pattern: [!a-c] is a negated set, {a,b} an
// alternative, a backslash quotes, and * and ? match neither a leading dot nor a
// slash. The matching files are included in the order of their bytes. Directories
// are skipped. It is not an error if no file matches. Quotes around NAME are part
// of it.
//
// # Differences from the original
//
// The original silently loses a part of some files. This package rejects them: a
// here-document or a continuation that the end of its file cuts off, a
// here-document with the key 0 or with a key that begins with <, an unclosed block
// with the key 0 or with a key that variables make empty, the quoted 0 as a part of
// a two-part block header, the key __stack, a pattern that matches a file whose name
// is a pattern or that searches a directory that cannot be read, and a file that
// begins with a byte order mark and is not UTF-8.
//
// Three things are interpreted differently. Wildcards have no meaning in the name of
// the first file and in the directory of an including file. After a byte order mark
// only ASCII blanks are blanks. A file with the name 0 can be included, and
// <<include "NAME>>\s (sic) does not include.
//
// Files that would exhaust the machine are rejected too: includes that form a cycle
// or are nested more than 64 levels deep, more than 100,000 files, blocks nested
// more than 1000 levels deep, a pattern with more than 1000 alternatives, and
// variables that expand to more than 64 MiB. The time is linear in the size of the
// files.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Error texts may change:
// test errors with [errors.Is] and [errors.As].
package configgeneral
