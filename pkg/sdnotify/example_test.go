//go:build linux

package sdnotify_test

import (
	"fmt"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/sdnotify"
)

// A supervisor listens, passes the name of the socket to the program and waits
// for its message. In this example, the process itself is the program.
func ExampleListen() {
	socket, err := sdnotify.Listen(sdnotify.Options{UID: os.Getuid()})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer socket.Close()
	program := exec.Command("program")
	program.Env = append(os.Environ(), "NOTIFY_SOCKET="+socket.Name())

	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer unix.Close(fd)
	_ = unix.Sendto(fd, []byte("READY=1\nSTATUS=serving"), 0, &unix.SockaddrUnix{Name: socket.Name()})

	message, err := socket.Receive()
	fmt.Println(message.Ready, message.Status, err)
	// Output: true serving <nil>
}
