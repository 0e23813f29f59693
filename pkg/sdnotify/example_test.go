//go:build linux

package sdnotify_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"

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

	conn, err := net.Dial("unixgram", socket.Name())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	fmt.Fprint(conn, "READY=1\nSTATUS=serving")

	message, err := socket.Receive()
	fmt.Println(message.Ready, message.Status, err)
	// Output: true serving <nil>
}
