package main

import "golang.org/x/sys/unix"

// nonblock keeps the open of a pipe from waiting for its other end.
const nonblock = unix.O_NONBLOCK
