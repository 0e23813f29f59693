package reexec

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Words returns a value as words: a struct as its fields in order, a slice as its length
// and its elements, a pointer as the length 0 or 1 and its element. All fields must be
// exported. Words panics for other kinds than these, strings, booleans and whole numbers:
// that is a mistake in the program.
func Words(v any) []string { return appendWords(nil, reflect.ValueOf(v)) }

func appendWords(words []string, v reflect.Value) []string {
	switch v.Kind() {
	case reflect.String:
		return append(words, v.String())
	case reflect.Bool:
		return append(words, strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int64, reflect.Int32:
		return append(words, strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint64, reflect.Uint32, reflect.Uintptr:
		return append(words, strconv.FormatUint(v.Uint(), 10))
	case reflect.Slice:
		words = append(words, strconv.Itoa(v.Len()))
		for i := range v.Len() {
			words = appendWords(words, v.Index(i))
		}
		return words
	case reflect.Pointer:
		if v.IsNil() {
			return append(words, "0")
		}
		return appendWords(append(words, "1"), v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			words = appendWords(words, v.Field(i))
		}
		return words
	}
	panic(fmt.Sprintf("reexec: cannot convert %s to words", v.Type()))
}

// Parse sets the value that to points to, from the words of [Words]. An empty slice
// becomes nil.
func Parse(words []string, to any) error {
	r := reader{words}
	if err := r.read(reflect.ValueOf(to).Elem()); err != nil {
		return err
	}
	if len(r.words) > 0 {
		return fmt.Errorf("%d words too many", len(r.words))
	}
	return nil
}

var errShort = errors.New("words are missing")

// reader reads words from the front.
type reader struct{ words []string }

func (r *reader) next() (string, error) {
	if len(r.words) == 0 {
		return "", errShort
	}
	word := r.words[0]
	r.words = r.words[1:]
	return word, nil
}

// length reads the number of elements that follow.
func (r *reader) length(most int) (int, error) {
	word, err := r.next()
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 0 || n > most {
		return 0, fmt.Errorf("%q is not a length", word)
	}
	return n, nil
}

func (r *reader) read(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if err := r.read(v.Field(i)); err != nil {
				return err
			}
		}
		return nil
	case reflect.Slice:
		n, err := r.length(len(r.words) - 1)
		if err != nil || n == 0 {
			return err
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			if err := r.read(v.Index(i)); err != nil {
				return err
			}
		}
		return nil
	case reflect.Pointer:
		n, err := r.length(1)
		if err != nil || n == 0 {
			return err
		}
		v.Set(reflect.New(v.Type().Elem()))
		return r.read(v.Elem())
	}
	word, err := r.next()
	if err != nil {
		return err
	}
	return set(v, word)
}

// set sets a value that consists of one word.
func set(v reflect.Value, word string) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(word)
		return nil
	case reflect.Bool:
		b, err := strconv.ParseBool(word)
		v.SetBool(b)
		return err
	case reflect.Int, reflect.Int64, reflect.Int32:
		n, err := strconv.ParseInt(word, 10, v.Type().Bits())
		v.SetInt(n)
		return err
	case reflect.Uint, reflect.Uint64, reflect.Uint32, reflect.Uintptr:
		n, err := strconv.ParseUint(word, 10, v.Type().Bits())
		v.SetUint(n)
		return err
	}
	panic(fmt.Sprintf("reexec: cannot convert words to %s", v.Type()))
}

// ErrNUL is the error for a word that contains a NUL byte.
var ErrNUL = errors.New("a word contains a NUL byte")

// Marshal returns a value as the bytes of its words, each followed by a NUL byte. The
// error is [ErrNUL].
func Marshal(v any) ([]byte, error) {
	var b []byte
	for _, word := range Words(v) {
		if strings.Contains(word, "\x00") {
			return nil, ErrNUL
		}
		b = append(append(b, word...), 0)
	}
	return b, nil
}

// Unmarshal sets the value that to points to from the bytes of [Marshal]. It returns
// an error for bytes that were cut off.
func Unmarshal(data []byte, to any) error {
	words := strings.Split(string(data), "\x00")
	last := len(words) - 1
	if words[last] != "" {
		return errors.New("the last word is cut off")
	}
	return Parse(words[:last], to)
}
