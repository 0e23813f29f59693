// Package integration drives the built binaries and real processes, as a user
// does. The scripts in testdata are the sessions, one promise each; the first
// word of a script's name is its subject. See commands_test.go for the words
// that they have beside those of testscript.
package integration
