// Package jsonbytes prints JSON that keeps every byte of a text and cannot control a
// terminal. Arguments, paths and names of processes are bytes that need not be UTF-8;
// encoding/json would replace such bytes by U+FFFD.
package jsonbytes

import (
	"bytes"
	"encoding/json"
	"reflect"
	"unicode/utf8"
)

// MarshalIndent returns v as package encoding/json does, indented by two blanks. A
// character that is not printable becomes an escape, see [Visible]. A byte that is
// not UTF-8 becomes the escape of a lone low surrogate, \udc80 to \udcff, as for
// Python's surrogateescape (PEP 383) and configgeneral.Dump.
func MarshalIndent(v any) ([]byte, error) {
	text, err := json.MarshalIndent(v, "", "  ")
	// encoding/json writes this text for a byte that it has lost.
	if err != nil || !bytes.Contains(text, []byte(`\ufffd`)) {
		return Visible(text), err
	}
	text, err = json.MarshalIndent(marked(reflect.ValueOf(v)).Interface(), "", "  ")
	return Visible(unmarked(text)), err
}

// Two noncharacters of Unicode, which texts do not contain, represent a byte while
// encoding/json runs: one for its upper four bits, one for the lower.
const (
	upper = 0xfdd0
	lower = 0xfde0
)

// marked returns a copy of v in which marks replace the bytes that are not UTF-8.
func marked(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		if v.IsNil() {
			return v
		}
	}
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	switch v.Kind() {
	case reflect.String:
		c.SetString(mark(v.String()))
	case reflect.Interface:
		c.Set(marked(v.Elem()))
	case reflect.Pointer:
		c.Set(reflect.New(v.Type().Elem()))
		c.Elem().Set(marked(v.Elem()))
	case reflect.Slice:
		c.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			c.Index(i).Set(marked(v.Index(i)))
		}
	case reflect.Map:
		c.Set(reflect.MakeMap(v.Type()))
		for key, value := range v.Seq2() {
			c.SetMapIndex(marked(key), marked(value))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				c.Field(i).Set(marked(v.Field(i)))
			}
		}
	}
	return c
}

func mark(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var out []byte
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			out = utf8.AppendRune(out, upper+rune(s[0]>>4))
			out = utf8.AppendRune(out, lower+rune(s[0]&15))
		} else {
			out = append(out, s[:size]...)
		}
		s = s[size:]
	}
	return string(out)
}

func unmarked(text []byte) []byte {
	const hex = "0123456789abcdef"
	var out []byte
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		next, sizeOfNext := utf8.DecodeRune(text[size:])
		if upper <= r && r < upper+16 && lower <= next && next < lower+16 {
			out = append(out, '\\', 'u', 'd', 'c', hex[r-upper], hex[next-lower])
			size += sizeOfNext
		} else {
			out = append(out, text[:size]...)
		}
		text = text[size:]
	}
	return out
}
