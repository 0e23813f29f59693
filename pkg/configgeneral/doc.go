// Package configgeneral reads configuration files in the dialect of Perl's
// Config::General 2.65 with its options IncludeAgain, IncludeGlob,
// IncludeRelative and InterPolateVars on, and the same tree from JSON.
//
// [Parse] gives the tree that a file stands for; every [Value] in it knows its
// place, so that whoever gives the keys a meaning can report an [Error] there.
// Its two steps are there to be used alone: [ParseSyntax] gives what was
// written, [Eval] what it stands for. [Dump] and [ParseJSON] write and read the
// tree as JSON. The package opens no files; it asks the [Files] it is given.
//
// # Lines
//
// A file is a sequence of bytes in lines; a carriage return is a blank like
// space, tab, form feed and vertical tab, and a UTF-8 byte order mark at the
// start is ignored. Physical lines become logical lines in this order:
//
//  1. Inside a here-document, lines are taken as they are.
//  2. /* and */ on one line, with all that is between the first and the last of
//     them and the blanks around, are removed. A line that begins with /* and
//     does not close it begins a comment up to the line with */; a comment that
//     is never closed reaches to the end of its file.
//  3. # begins a comment, unless a backslash precedes it.
//  4. A backslash at the very end, unless doubled, joins the next line, without
//     the indentation of either. An empty line, or one with only a comment, ends
//     the joining.
//  5. <key/> and <key name/> are an empty block.
//  6. "key <<END", or "key = <<END", begins a here-document. A line with only END,
//     and blanks around it, ends it. The indentation of that line is removed from
//     all lines that have it; blanks at both ends of the whole are, too.
//  7. <<include NAME>> is replaced by the files that it names.
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
// The key in </key> is not compared with the one that it closes. A block may
// begin in one file and end in another. Double quotes around a whole value are
// removed. A key that occurs again makes an Array of all its values, in order,
// blocks and texts alike; so does a name that occurs again. Refused are a block
// whose key is set to a text, and a named block whose key is an Array.
//
// # Variables and escapes
//
// Any key that is first set to a text is a variable from there on, in its block
// and in the blocks in it, with its first value. In values and in the keys and
// names of blocks, $name and ${name} are replaced; a name is a letter or digit
// and then any of letters, digits and _ - . : +. A $ behind a backslash, inside
// single quotes (which stay), or without a name behind it is a plain one. A
// variable that is not defined is an error; the environment defines none. A named
// block that occurs again sees no variables of the blocks around it.
//
// Afterwards, in values only, the backslash before $ \ " and # is removed, also
// where a variable brought it in.
//
// # Includes
//
// A relative NAME is looked for beside the including file, then beside the first
// file where that has an absolute name. With any of * ? [ { or a backslash in it,
// NAME is a pattern: [!a-c] is a negated set, {a,b} an alternative, a backslash
// quotes, and * and ? match no leading dot and no slash. The files that match are
// included in the order of their bytes; directories are passed over, and no match
// is no error. Quotes around NAME are a part of it.
//
// # Differences from the original
//
// The original loses a part of some files without a word. These are refused: a
// here-document or a continuation that the end of its file cuts off, a
// here-document with the key 0 or with one that begins with <, an unclosed block
// with the key 0 or one that variables make empty, the quoted 0 as a part of a
// two-part block header, the key __stack, a pattern that matches a file whose name
// is a pattern or looks into a directory that may not be read, and a file that
// begins with a byte order mark and is not UTF-8. Other than in the original, the
// wildcards in the name of the first file and of a directory that holds an
// including file have no meaning, only ASCII blanks are blanks after a byte order
// mark, a file with the name 0 can be included, and <<include "NAME>>\s (sic) does
// not include.
//
// Files that would exhaust the machine are refused too: includes in a circle or
// more than 64 deep, more than 100,000 files, blocks more than 1000 deep, a
// pattern with more than 1000 alternatives, and variables that bring in more than
// 64 MiB. Time is linear in the size of the files.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Texts of errors may
// change: test errors with [errors.Is] and [errors.As].
package configgeneral
