package manpage

import "io"

func Show(page string, w io.Writer) error { _, err := io.WriteString(w, page); return err }
