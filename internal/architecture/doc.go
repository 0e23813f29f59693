// Package architecture has no code, only tests that read the source of the module: the
// rules for imports, for the places of system calls, exits and sleeps, and for the length
// of files. A compiler does not check these rules.
package architecture
