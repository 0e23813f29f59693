// Package integration tests the built binaries with real processes, as a user runs them.
// Each script in testdata tests one promise; the first word of its name is the subject.
// See commands_test.go for the commands that are added to those of testscript.
package integration
