package terminal

import (
	"bytes"
	"fmt"
	"os"
	"time"

	"golang.org/x/term"
)

// Screen is a terminal that a program has for itself: keys arrive one by one and without an
// echo (raw mode), and the text that was there before comes back at the end (alternate
// screen). A screen is used by one goroutine.
type Screen struct {
	in, out *os.File
	before  *term.State // nil: not in raw mode, or there are no keys
	entered bool
	frames  chan []byte   // the next frame: a terminal that does not read delays nothing else
	written chan struct{} // closed when the writer is done
	gone    chan struct{} // closed when the terminal does not accept frames any more
}

// NewScreen returns the screen of a terminal. Keys are read from in, which may be nil.
func NewScreen(in, out *os.File) *Screen { return &Screen{in: in, out: out, gone: make(chan struct{})} }

// Gone is closed when the terminal is gone.
func (s *Screen) Gone() <-chan struct{} { return s.gone }

// The sequences of xterm, which every terminal of today knows: alternate screen, no cursor,
// no line breaks at the right edge.
const (
	enter = "\x1b[?1049h\x1b[?25l\x1b[?7l"
	leave = "\x1b[?7h\x1b[?25h\x1b[?1049l"
)

// Enter takes the screen. A process in the background is stopped here by SIGTTOU, before it
// has written anything.
func (s *Screen) Enter() error {
	if s.entered {
		return nil
	}
	if s.in != nil {
		state, err := term.MakeRaw(int(s.in.Fd()))
		if err != nil {
			return fmt.Errorf("cannot set the terminal: %w", err)
		}
		s.before = state
	}
	s.entered = true
	s.frames, s.written = make(chan []byte, 1), make(chan struct{})
	go s.write(s.frames, s.written)
	s.frames <- []byte(enter)
	return nil
}

// write writes frames until there are no more, or one cannot be written.
func (s *Screen) write(frames <-chan []byte, written chan<- struct{}) {
	defer close(written)
	for frame := range frames {
		if _, err := s.out.Write(frame); err != nil {
			close(s.gone)
			for range frames {
			}
			return
		}
	}
}

// patience is how long Leave waits for a terminal that does not read.
const patience = time.Second

// Leave gives the screen back as it was before Enter. It may be called at any time.
func (s *Screen) Leave() {
	if !s.entered {
		return
	}
	s.entered = false
	s.show([]byte(leave))
	close(s.frames)
	select {
	case <-s.written:
	case <-time.After(patience):
	}
	if s.before != nil {
		_ = term.Restore(int(s.in.Fd()), s.before)
		s.before = nil
	}
}

// Draw shows lines from the top of the screen, and nothing else on its rows. It does not wait
// for the terminal: a frame that has not been written yet is replaced.
func (s *Screen) Draw(lines []string, rows int) {
	if s.entered {
		s.show(render(lines, rows))
	}
}

func (s *Screen) show(frame []byte) {
	for {
		select {
		case s.frames <- frame:
			return
		default:
		}
		select {
		case waiting := <-s.frames:
			if bytes.HasPrefix(waiting, []byte(enter)) { // never lost
				frame = append([]byte(enter), frame...)
			}
		default:
		}
	}
}

// render returns the bytes that draw lines: one write, without an empty screen in between, and
// marked as one change (synchronized output, which other terminals ignore).
func render(lines []string, rows int) []byte {
	const begin, home, erase, end = "\x1b[?2026h", "\x1b[H", "\x1b[K", "\x1b[?2026l"
	// Each line is erased before it is written: after a line as wide as the screen, that would
	// erase its last character. There is no line break after the last row, which would scroll.
	frame := []byte(begin + home)
	for i := range rows {
		if i > 0 {
			frame = append(frame, "\r\n"...)
		}
		frame = append(frame, erase...)
		if i < len(lines) {
			frame = append(frame, lines[i]...)
		}
	}
	return append(frame, end...)
}

// Size returns the size of a terminal. The usual size stands for an unknown one.
func Size(f *os.File) (columns, rows int) {
	columns, rows, err := term.GetSize(int(f.Fd()))
	if err != nil || columns == 0 || rows == 0 {
		return 80, 24
	}
	return columns, rows
}
