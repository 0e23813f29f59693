// Package architecture holds no code, only tests that read that of the module:
// who may import whom, where system calls, exits and sleeps may stand, how long
// a file may be. They are the rules that a compiler does not know.
package architecture
