package jsonbytes

import (
	"encoding/json"
	"testing"
	"time"
)

type Embedded struct {
	Inside string `json:"inside"`
}

type answer struct {
	Words  []string          `json:"words,omitempty"`
	Any    any               `json:"any,omitempty"`
	Map    map[string]string `json:"map,omitempty"`
	Time   time.Time         `json:"time,omitzero"`
	Number *int              `json:"number,omitempty"`
	hidden string
	*Embedded
}

func TestMarshalIndent(t *testing.T) {
	t.Parallel()
	seven := 7
	for _, test := range []struct {
		name string
		v    any
		want string
	}{
		{"text", "\x00é\u2028\ufffd\n<", `"\u0000é\u2028` + "\ufffd" + `\n\u003c"`},
		{"controls", "\x1b\x7f\u0085\u009b31m\u200e\u202e\U000e0001\U0001f600é\u00a0", `"\u001b\u007f\u0085\u009b31m\u200e\u202e\udb40\udc01` + "\U0001f600é" + `\u00a0"`},
		{"bytes", "a\xe9\xffé\ufffd\x80", `"a\udce9\udcffé` + "\ufffd" + `\udc80"`},
		{"backslashes", `\ufffd \` + "\xe9", `"\\ufffd \\\udce9"`},
		{"nothing", answer{}, `{}`},
		{
			"everything", &answer{[]string{"\xe9", "x"}, []any{"\xe8", nil, 1.5}, map[string]string{"\xe7": "\xe6"}, time.Unix(0, 0).UTC(), &seven, "\xe5", &Embedded{"\xe4"}},
			`{"words":["\udce9","x"],"any":["\udce8",null,1.5],"map":{"\udce7":"\udce6"},"time":"1970-01-01T00:00:00Z","number":7,"inside":"\udce4"}`,
		},
	} {
		got, err := MarshalIndent(test.v)
		var plain, want json.RawMessage
		if err == nil {
			plain = got
			want, err = json.MarshalIndent(json.RawMessage(test.want), "", "  ")
		}
		if err != nil || string(plain) != string(want) || !json.Valid(got) {
			t.Errorf("%s: got  %s\nwant %s (%v)", test.name, got, want, err)
		}
	}
}

func TestError(t *testing.T) {
	t.Parallel()
	if text, err := MarshalIndent(map[string]any{"a\xe9": make(chan int)}); err == nil {
		t.Errorf("got %s of a channel", text)
	}
}
