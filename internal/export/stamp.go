package export

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
)

// Comments in the first file of an exported service contain the checksums of all its
// files, to recognize edited files without a database. The checksum of the first file
// itself is that of its text without these lines.
const stampPrefix = "# svctl-sha256: "

// madePrefix begins the comment with the command that made the files.
const madePrefix = "# Made by: "

// stamp adds a comment, the command that makes the files, and the checksums to the first
// file, after the #! line.
func stamp(files []File, comment, made string) {
	first := &files[0]
	head, body := "", first.Text
	if strings.HasPrefix(body, "#!") {
		line, rest, _ := strings.Cut(body, "\n")
		head, body = line+"\n", rest
	}
	comment += "\n" + madePrefix + made + "\n"
	first.Text = head + comment + body
	var sums strings.Builder
	for _, f := range files {
		fmt.Fprintf(&sums, "%s%s %s\n", stampPrefix, checksum(f.Text), f.Name)
	}
	first.Text = head + comment + sums.String() + body
}

func checksum(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// stamps are the checksums in a first file, by the names of the files and in their
// order.
type stamps struct {
	names []string
	sums  map[string]string
	own   string // checksum of the first file as it is now

	made       string        // the command that the file names
	longestEnd time.Duration // 0 without such a comment
}

// readStamps reads the checksums in a first file. A file without checksums was not made
// by this package.
func readStamps(text string) (stamps, bool) {
	found := stamps{sums: make(map[string]string)}
	var rest strings.Builder
	for line := range strings.SplitAfterSeq(text, "\n") {
		if made, ok := strings.CutPrefix(line, madePrefix); ok && found.made == "" {
			found.made = strings.TrimSuffix(made, "\n")
		}
		if end := readLongestEnd(line); end > 0 {
			found.longestEnd = end
		}
		sum, name, ok := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(line, stampPrefix), "\n"), " ")
		if !ok || !strings.HasPrefix(line, stampPrefix) {
			rest.WriteString(line)
			continue
		}
		found.names = append(found.names, name)
		found.sums[name] = sum
	}
	found.own = checksum(rest.String())
	return found, len(found.names) > 0
}

// Unedited returns an *EditedError if text, the only file of an exported service, which
// is at this place, is not as the command has made it.
func Unedited(place, text, made string) error {
	stamps, ok := readStamps(text)
	switch {
	case !ok || stamps.sums[stamps.names[0]] != stamps.own:
		return &EditedError{place, whyEdited}
	case stamps.made != made:
		return &EditedError{place, whyMadeBy(stamps.made)}
	}
	return nil
}
