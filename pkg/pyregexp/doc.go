// Package pyregexp searches text with Python's regular expressions.
//
// The language is the one of Python 3.11's re module for str patterns, and the
// question answered is the one of re.search: is there a match anywhere?
//
//	re, err := pyregexp.Compile(`(?P<q>["']).*?(?P=q)`)
//	found, err := re.MatchString(`say "yes"`)
//
// # Model
//
// An expression is parsed into a syntax tree by Python's own rules, so that
// what re.compile rejects is rejected here as well. The tree is then written
// down again for one of two engines:
//
//   - package regexp, whose time is linear, when the expression is regular (no
//     back reference, look-around, condition, atomic group or possessive
//     quantifier) and the subject is ASCII;
//   - github.com/dlclark/regexp2, a backtracking engine, for everything else.
//
// Both receive sets of characters spelled out as ranges, with upper and lower
// case already folded, so the meaning of \d, \w, \s, \b and (?i) never depends
// on an engine's own idea of them. For an ASCII subject the ranges are cut to
// ASCII, which keeps the programs small; the program for other subjects is
// made when the first such subject arrives.
//
// # Limits
//
// A search by the backtracking engine is given one second and then ends with
// [ErrTimeout]. What cannot be honoured is refused by Compile with an [*Error],
// never matched differently. Valid Python that is refused:
//
//   - \N{NAME}, and group names with characters outside ASCII;
//   - repeat counts above 2147483646, look-behinds wider than that;
//   - groups nested deeper than 200, where Python gives up just below 500;
//   - the flag t, which does nothing and was removed from later versions;
//   - a condition on a group number that is not written in plain digits,
//     which Python 3.12 rejects too;
//   - (?i) on a single letter beyond U+FFFF, where Python does not find some
//     letters in a set that contains them;
//   - (?i) on a back reference where (?a) holds;
//   - a condition on the group that it stands in;
//   - a repeat whose body may match nothing and refers to a group within
//     itself, as (?:()|\1a)+ does, and a reference to a group inside a
//     possessive repeat: Python 3.11 leaves wrong text in such groups;
//   - what regexp2 in turn refuses, should there be such an expression.
//
// Letters and digits are those of the Unicode version that Go knows.
//
// # Bytes that are no text
//
// Expressions and subjects are taken as UTF-8. Each byte that is not part of
// valid UTF-8 counts as one character, the lone surrogate U+DC80 to U+DCFF that
// Python's surrogateescape error handler makes of it: a dot matches it, \w does
// not, and the same byte or \udcXX in an expression does.
//
// # Goroutines
//
// A [Regexp] may be used by many goroutines at once. The time limit makes
// regexp2 start one goroutine for the whole program, a clock that ends by
// itself about two seconds after the last search that needed it. Package regexp
// needs none, so a regular expression on ASCII subjects never starts it. A test
// that looks for leaked goroutines calls regexp2.StopTimeoutClock first.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Texts of errors may
// change: test errors with [errors.Is] and [errors.As].
package pyregexp
