// Program is the foreground program of the scripts. It executes the commands in its
// arguments, one after the other.
//
//	say TEXT       write a line to standard output
//	warn TEXT      write a line to standard error
//	env NAME       write the value of a variable
//	pid FILE       write the pid to a file (whole, by a rename)
//	append FILE    add a line with the pid to a file
//	ignore SIGNALS ignore TERM,INT,…
//	on SIGNAL FILE add a line with the signal's name to the file for each
//	notify TEXT    send a datagram to NOTIFY_SOCKET (; stands for a newline)
//	mains N A B    name the pid in file A and the one in B as the main process, in
//	               turn, N times
//	ready FD       write a newline to a descriptor
//	child WORDS    start another in this process group, with the following arguments, split at +
//	session WORDS  … in a new session
//	orphan WORDS   … in a new session, whose parent has exited
//	storm N        fork N generations of children, each in a new session
//	ask PORT TEXT  send a line to a TCP port (; stands for a newline), and write
//	               the first line of the answer
//	bind PATH      create a datagram socket, and receive nothing
//	drain FILE     receive datagrams without end, and append each to a file
//	take PATH FILE both
//	free PORT      fail unless the TCP port is free
//	readlock FILE  hold a read lock on the file (fcntl(2), F_OFD_SETLKW)
//	sole FILE LOG  lock the file until the exit; add a line to the log if another copy
//	               has locked it
//	control DIR LOG ACTION be the control command of a service in a directory: start,
//	               stop, status; add a line to the log if two of them act at once
//	hold FILE      write the pid to the file, and lock it as an instance does
//	memory NAME N  create a file in memory (memfd_create(2)) of N bytes
//	keep FILE      open the file, and keep it open
//	descriptors N  open N descriptors
//	arguments N    make N zero bytes the command line
//	thread         execute the other words in another thread, after the main thread
//	               has exited
//	until FILE     wait until the file exists
//	pause SECONDS  wait
//	serve          wait without end
//	exit N         exit with status N
//	kill SIGNAL    send this signal to itself
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/svloop/svloop/pkg/proctree"
)

func main() { execute(os.Args[1:]) }

func execute(words []string) {
	next := func() string {
		if len(words) == 0 {
			fail(fmt.Errorf("a word is missing"))
		}
		word := words[0]
		words = words[1:]
		return word
	}
	for len(words) > 0 {
		switch verb := next(); verb {
		case "say":
			fmt.Println(next())
		case "warn":
			fmt.Fprintln(os.Stderr, next())
		case "env":
			fmt.Println(os.Getenv(next()))
		case "pid":
			file := next()
			check(os.WriteFile(file+".new", fmt.Appendf(nil, "%d\n", os.Getpid()), 0o644))
			check(os.Rename(file+".new", file))
		case "append":
			appendLine(next(), strconv.Itoa(os.Getpid()))
		case "ignore":
			for name := range strings.SplitSeq(next(), ",") {
				signal.Ignore(parse(name))
			}
		case "on":
			sig, file := parse(next()), next()
			c := make(chan os.Signal, 1)
			signal.Notify(c, sig)
			go func() {
				for range c {
					appendLine(file, proctree.SignalName(sig))
				}
			}()
		case "notify":
			notify(strings.ReplaceAll(next(), ";", "\n"))
		case "mains":
			n, err := strconv.Atoi(next())
			check(err)
			files := []string{next(), next()}
			for i := range n {
				pid, err := os.ReadFile(files[i%2])
				check(err)
				notify("MAINPID=" + strings.TrimSpace(string(pid)))
			}
		case "ready":
			fd, err := strconv.Atoi(next())
			check(err)
			_, err = unix.Write(fd, []byte("\n"))
			check(err)
		case "child":
			start(strings.Split(next(), "+"), false)
		case "session":
			start(strings.Split(next(), "+"), true)
		case "orphan":
			// The intermediate process exits as soon as it has started the orphan.
			check(start([]string{"session", next()}, true).Wait())
		case "storm":
			n, err := strconv.Atoi(next())
			check(err)
			for ; n > 0; n-- {
				start([]string{"session", "session+storm+" + strconv.Itoa(n-1) + "+serve", "serve"}, true)
			}
		case "ask":
			ask(next(), strings.ReplaceAll(next(), ";", "\r\n"))
		case "bind":
			bound = bind(next())
		case "drain":
			drain(bound, next())
		case "take":
			drain(bind(next()), next())
		case "free":
			l, err := net.Listen("tcp", "127.0.0.1:"+next())
			check(err)
			check(l.Close())
		case "readlock":
			f, err := os.Open(next())
			check(err)
			check(unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLKW, &unix.Flock_t{Type: unix.F_RDLCK}))
			defer f.Close() // keeps it open
		case "sole":
			sole(next(), next())
		case "control":
			os.Exit(control(next(), next(), next()))
		case "hold":
			hold(next())
		case "memory":
			fd, err := unix.MemfdCreate(next(), unix.MFD_CLOEXEC)
			check(err)
			check(unix.Ftruncate(fd, int64(number(next()))))
		case "keep":
			_, err := unix.Open(next(), unix.O_RDWR|unix.O_CLOEXEC, 0)
			check(err)
		case "descriptors":
			for range number(next()) {
				_, err := unix.Dup(2)
				check(err)
			}
		case "arguments":
			arguments(number(next()))
		case "thread":
			inThread(func() {
				execute(words)
				os.Exit(0)
			})
		case "until":
			for file := next(); ; time.Sleep(5 * time.Millisecond) {
				if _, err := os.Stat(file); err == nil {
					break
				}
			}
		case "pause":
			d, err := time.ParseDuration(next() + "s")
			check(err)
			time.Sleep(d)
		case "serve":
			for {
				time.Sleep(time.Hour)
			}
		case "exit":
			n, err := strconv.Atoi(next())
			check(err)
			os.Exit(n)
		case "kill":
			check(unix.Kill(os.Getpid(), parse(next())))
			time.Sleep(time.Hour)
		default:
			fail(fmt.Errorf("unknown word %q", verb))
		}
	}
}

// hold leaves the lock to the descriptor, which is never closed.
func hold(file string) {
	fd, err := unix.Open(file, unix.O_RDWR|unix.O_CREAT|unix.O_CLOEXEC, 0o644)
	check(err)
	check(unix.FcntlFlock(uintptr(fd), unix.F_OFD_SETLK, &unix.Flock_t{Type: unix.F_WRLCK}))
	_, err = unix.Write(fd, fmt.Appendf(nil, "%d\n", os.Getpid()))
	check(err)
}

// arguments makes memory the command line that uses no pages.
func arguments(n int) {
	zeroes, err := unix.Mmap(-1, 0, n, unix.PROT_READ, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
	check(err)
	from := uint64(uintptr(unsafe.Pointer(&zeroes[0])))
	text, err := os.ReadFile("/proc/self/stat")
	check(err)
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')'):]))
	field := func(n int) uint64 { // numbered as in proc(5)
		value, err := strconv.ParseUint(fields[n-2], 10, 64)
		check(err)
		return value
	}
	// struct prctl_mm_map of linux/prctl.h: code, data, break, stack, arguments,
	// environment; no auxiliary vector and no other program.
	layout := [14]uint64{
		field(26), field(27), field(45), field(46), field(47), field(47), field(28),
		from, from + uint64(n), field(50), field(51), 0, 0xffffffff << 32, 0,
	}
	const size = 13 * 8
	check(unix.Prctl(unix.PR_SET_MM, unix.PR_SET_MM_MAP, uintptr(unsafe.Pointer(&layout)), size, 0))
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	check(err)
	return n
}

func start(words []string, session bool) *exec.Cmd {
	self, err := os.Executable()
	check(err)
	cmd := exec.Command(self, words...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: session}
	check(cmd.Start())
	return cmd
}

func notify(text string) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM, 0)
	check(err)
	check(unix.Sendto(fd, []byte(text), 0, &unix.SockaddrUnix{Name: os.Getenv("NOTIFY_SOCKET")}))
	check(unix.Close(fd))
}

// bound is the socket of the word bind.
var bound *net.UnixConn

func bind(path string) *net.UnixConn {
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	check(err)
	return conn
}

func drain(conn *net.UnixConn, file string) {
	buf := make([]byte, 65536)
	for {
		n, err := conn.Read(buf)
		check(err)
		appendLine(file, strings.TrimSpace(string(buf[:n])))
	}
}

func ask(port, text string) {
	conn, err := net.Dial("tcp", "127.0.0.1:"+port)
	check(err)
	_, err = conn.Write([]byte(text + "\r\n"))
	check(err)
	line, err := bufio.NewReader(conn).ReadString('\n')
	check(err)
	fmt.Println(strings.TrimSpace(line))
	check(conn.Close())
}

func appendLine(file, line string) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	check(err)
	_, err = f.WriteString(line + "\n")
	check(err)
	check(f.Close())
}

func parse(name string) syscall.Signal {
	sig, err := proctree.ParseSignal(name)
	check(err)
	return sig
}

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "program: %v\n", err)
	os.Exit(99)
}
