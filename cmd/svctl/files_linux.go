package main

import "golang.org/x/sys/unix"

// nonblock makes open(2) of a FIFO return without waiting for the other end.
const nonblock = unix.O_NONBLOCK
