package reexec

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"
)

type inner struct {
	Name       string
	Soft, Hard uint64
}

// all has every kind of field.
type all struct {
	Inner   inner
	Argv    []string
	Timeout time.Duration
	Yes     bool
	Umask   *int
	Nobody  *inner
	Limits  []inner
	Errno   uintptr
}

func TestWords(t *testing.T) {
	t.Parallel()
	umask := 0o22
	for _, test := range []struct {
		v    all
		want []string
	}{
		{all{}, []string{"", "0", "0", "0", "0", "false", "0", "0", "0", "0"}},
		{
			all{inner{"é\xff\n ", 1, math.MaxUint64}, []string{"", "a b", "\xfe"}, -time.Second, true, &umask, &inner{Name: "x"}, []inner{{"l", 2, 3}, {}}, 7},
			[]string{
				"é\xff\n ", "1", "18446744073709551615", "3", "", "a b", "\xfe", "-1000000000", "true", "1", "18",
				"1", "x", "0", "0", "2", "l", "2", "3", "", "0", "0", "7",
			},
		},
	} {
		got := Words(test.v)
		if !slices.Equal(got, test.want) {
			t.Errorf("got  %q\nwant %q", got, test.want)
		}
		var back all
		if err := Parse(got, &back); err != nil || !reflect.DeepEqual(back, test.v) {
			t.Errorf("got %+v, %v, want %+v", back, err, test.v)
		}
		data, err := Marshal(test.v)
		if err != nil {
			t.Fatal(err)
		}
		back = all{}
		if err := Unmarshal(data, &back); err != nil || !reflect.DeepEqual(back, test.v) {
			t.Errorf("got %+v, %v, want %+v", back, err, test.v)
		}
		for n := range data {
			if err := Unmarshal(data[:n], &all{}); err == nil {
				t.Errorf("the first %d of %d bytes are accepted", n, len(data))
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		words []string
		to    any
		want  string
	}{
		{nil, new(string), "words are missing"},
		{[]string{"a", "b"}, new(string), "1 words too many"},
		{[]string{"2", "a"}, new([]string), `"2" is not a length`},
		{[]string{"-1", "a"}, new([]string), `"-1" is not a length`},
		{[]string{"x"}, new([]string), `"x" is not a length`},
		{[]string{"2", "a"}, new(*string), `"2" is not a length`},
		{[]string{"1"}, new(*string), "words are missing"},
		{[]string{"1", "a"}, new([]inner), "words are missing"},
		{[]string{"x"}, new(int), `strconv.ParseInt: parsing "x": invalid syntax`},
		{[]string{"-1"}, new(uint64), `strconv.ParseUint: parsing "-1": invalid syntax`},
		{[]string{"maybe"}, new(bool), `strconv.ParseBool: parsing "maybe": invalid syntax`},
	} {
		if err := Parse(test.words, test.to); err == nil || err.Error() != test.want {
			t.Errorf("%q: got %v, want %s", test.words, err, test.want)
		}
	}
	if _, err := Marshal([]string{"a\x00b"}); !errors.Is(err, ErrNUL) {
		t.Errorf("got %v", err)
	}
}

// FuzzUnmarshal never panics, and accepts only what Marshal returns.
func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte("a\x000\x000\x001\x00b\x000\x00true\x000\x000\x000\x000\x00"))
	f.Add([]byte("a\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v all
		if Unmarshal(data, &v) != nil {
			return
		}
		again, err := Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var w all
		if err := Unmarshal(again, &w); err != nil || !reflect.DeepEqual(v, w) {
			t.Errorf("%q: got %+v, %v, want %+v", data, w, err, v)
		}
	})
}
