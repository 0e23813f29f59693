// Package pyregexp searches text with Python's regular expressions.
//
// The syntax is that of Python 3.11's re module for str patterns. A search answers
// the question of re.search: is there a match anywhere?
//
//	re, err := pyregexp.Compile(`(?P<q>["']).*?(?P=q)`)
//	found, err := re.MatchString(`say "yes"`)
//
// # Model
//
// An expression is parsed to a syntax tree by Python's own rules, so that an
// expression that re.compile rejects is rejected here too. The tree is then
// translated for one of two engines:
//
//   - package regexp, whose time is linear, if the expression is regular (no
//     back reference, look-around, condition, atomic group or possessive
//     quantifier) and the subject is ASCII;
//   - github.com/dlclark/regexp2, a backtracking engine, for everything else.
//
// Both receive character sets as ranges, with upper and lower case already
// folded, so the meaning of \d, \w, \s, \b and (?i) does not depend on an engine.
// For an ASCII subject the ranges are cut to ASCII, which keeps the programs small.
// The program for other subjects is compiled for the first such subject.
//
// # Limits
//
// A search by the backtracking engine may take one second, and then fails with
// [ErrTimeout]. Compile rejects unsupported expressions with an [*Error]; it never
// interprets them differently. These valid Python expressions are rejected:
//
//   - \N{NAME}, and group names with characters outside ASCII;
//   - repeat counts above 2147483646, and look-behinds wider than that;
//   - groups nested deeper than 200, where Python's limit is just below 500;
//   - the flag t, which has no effect and was removed from later versions;
//   - a condition on a group number that is not written in plain digits,
//     which Python 3.12 rejects too;
//   - (?i) on a single letter beyond U+FFFF, where Python misses some letters of
//     a set that contains them;
//   - (?i) on a back reference if (?a) is set;
//   - a condition on the group that contains it;
//   - a repeat whose body may match nothing and refers to a group within
//     itself, as in (?:()|\1a)+, and a reference to a group inside a
//     possessive repeat: Python 3.11 leaves wrong text in such groups;
//   - any other expression that regexp2 rejects.
//
// Letters and digits are those of the Unicode version that Go supports.
//
// # Bytes that are not text
//
// Expressions and subjects are UTF-8. Each byte that is not part of valid UTF-8 is
// one character: the lone surrogate U+DC80 to U+DCFF to which Python's
// surrogateescape error handler converts it. A dot matches this character, \w does
// not, and the same byte or \udcXX in an expression does.
//
// # Goroutines
//
// Many goroutines may use a [Regexp] at the same time. For the time limit, regexp2
// starts one goroutine for the whole program, a clock that exits about two seconds
// after the last search that needed it. Package regexp needs no clock, so a regular
// expression on ASCII subjects never starts it. A test that detects leaked goroutines
// calls regexp2.StopTimeoutClock first.
//
// # Compatibility
//
// Exported names keep their meaning within a major version. Error texts may change:
// test errors with [errors.Is] and [errors.As].
package pyregexp
