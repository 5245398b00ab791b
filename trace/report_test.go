package trace_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"frank/trace"

	"pgregory.net/rapid"
)

// samples returns the reports that the page is tested with.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("page/testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("expected sample reports, found none (%v)", err)
	}
	all := map[string][]byte{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(f), ".json")] = data
	}
	return all
}

func TestReportRoundTrip(t *testing.T) {
	for name, data := range samples(t) {
		r, err := trace.ParseReport(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out, err := r.Encode()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := trace.ParseReport(out)
		if err != nil || !reflect.DeepEqual(r, again) {
			t.Errorf("%s: expected the same report back (%v)", name, err)
		}
	}
}

func TestEncodeWritesEmptyLists(t *testing.T) {
	r := &trace.Report{Format: trace.Format, Alpha: "0.0001", Cap: "6", Family: 0}
	out, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte("null")) || !bytes.Contains(out, []byte(`"dispatches": []`)) {
		t.Errorf("expected empty lists as [], found %s", out)
	}
	if r.Dispatches != nil {
		t.Error("expected the report left as it was")
	}
	if _, err := trace.ParseReport(out); err != nil {
		t.Error(err)
	}
}

// TestEveryFieldIsNeeded takes each field of a report away in turn.
func TestEveryFieldIsNeeded(t *testing.T) {
	var top map[string]any
	if err := json.Unmarshal(samples(t)["named-two"], &top); err != nil {
		t.Fatal(err)
	}
	tried := 0
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, value := range v {
				if key == "reader" || key == "named_readings" {
					continue
				}
				delete(v, key)
				data, err := json.Marshal(top)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := trace.ParseReport(data); err == nil || !strings.Contains(err.Error(), key) {
					t.Errorf("expected an error that names the absent field %q, found %v", key, err)
				}
				tried++
				v[key] = value
				walk(value)
			}
		case []any:
			if len(v) > 0 {
				walk(v[0])
			}
		}
	}
	walk(top)
	if tried < 50 {
		t.Errorf("expected to try every field, tried %d", tried)
	}
}

func TestRefusesWhatIsOutOfRange(t *testing.T) {
	for why, change := range map[string]func(*trace.Report){
		"another format":            func(r *trace.Report) { r.Format = "frank.report/2" },
		"alpha of 0":                func(r *trace.Report) { r.Alpha = "0" },
		"alpha above 1":             func(r *trace.Report) { r.Alpha = "1.01" },
		"a cap of 0":                func(r *trace.Report) { r.Cap = "0" },
		"a short hash":              func(r *trace.Report) { r.Exhibits[0].SHA256 = "ab" },
		"an unknown verdict":        func(r *trace.Report) { r.Dispatches[0].Verdict = "guilty" },
		"no reference":              func(r *trace.Report) { r.Dispatches[0].Ref = "" },
		"named without a copy":      func(r *trace.Report) { r.Dispatches[0].Named = nil },
		"a named copy not ranked":   func(r *trace.Report) { r.Dispatches[0].Named = []int{99} },
		"copy 0 named":              func(r *trace.Report) { r.Dispatches[0].Named = []int{0} },
		"a copy ranked twice":       func(r *trace.Report) { d := &r.Dispatches[0]; d.Ranking = append(d.Ranking, d.Ranking[0]) },
		"more agreement than sites": func(r *trace.Report) { r.Dispatches[0].Ranking[0].Agree = 999 },
		"a bound below the floor":   func(r *trace.Report) { r.Dispatches[0].Ranking[0].FalseMatch = "9e-10" },
		"a ratio above its range":   func(r *trace.Report) { r.Dispatches[0].Ranking[0].Log10LR = "50" },
		"a reader of an unnamed":    func(r *trace.Report) { r.Dispatches[0].Ranking[1].Reader = "Somebody" },
		"missing companions":        func(r *trace.Report) { r.Dispatches[0].Ranking[0].How = trace.OneCompanion },
		"a look of 0":               func(r *trace.Report) { r.Dispatches[0].Look = 0 },
		"a reading out of range":    func(r *trace.Report) { r.Dispatches[0].Seen[0].Printed = []int{2} },
		"a leader out of range":     func(r *trace.Report) { r.Dispatches[0].Seen[0].Leader = -2 },
		"a share above 1":           func(r *trace.Report) { r.Dispatches[0].Seen[0].Share = "1.5" },
		"an exhibit out of range":   func(r *trace.Report) { r.Dispatches[0].Seen[0].Exhibits = []int{1} },
		"a passage from nowhere":    func(r *trace.Report) { r.Dispatches[0].Passages[0].Exhibit = -1 },
		"a piece out of range":      func(r *trace.Report) { r.Dispatches[0].Passages[0].Pieces[1].Seen = 10000 },
		"an unknown piece":          func(r *trace.Report) { r.Dispatches[0].Passages[0].Pieces[0].Kind = "odd" },
	} {
		r, err := trace.ParseReport(samples(t)["named"])
		if err != nil {
			t.Fatal(err)
		}
		change(r)
		if err := r.Validate(); err == nil {
			t.Errorf("%s: expected an error", why)
		}
		if _, err := r.Encode(); err == nil {
			t.Errorf("%s: expected no report to be written", why)
		}
	}
}

func TestRefusesWhatIsNoReport(t *testing.T) {
	for _, text := range []string{"", "null", "[]", "{}", `{"format":1}`, `{"format":"frank.report/9"}`, "{", string(samples(t)["none"]) + "{}"} {
		if _, err := trace.ParseReport([]byte(text)); err == nil {
			t.Errorf("%.40q: expected an error", text)
		}
	}
}

func TestDecimalText(t *testing.T) {
	for _, good := range []string{"0", "-0.5", "13.204", "3.2e-7", "1E+3", "10"} {
		var d trace.Decimal
		if err := json.Unmarshal([]byte(good), &d); err != nil || string(d) != good {
			t.Errorf("%s: expected it kept as it stands, found %q (%v)", good, d, err)
		}
		if out, err := json.Marshal(d); err != nil || string(out) != good {
			t.Errorf("%s: expected it written as it stands, found %s (%v)", good, out, err)
		}
	}
	for _, bad := range []string{`"1"`, "null", "true", "1e401", "1e-99999999999999999999", strings.Repeat("1", 65), "[]"} {
		var d trace.Decimal
		if err := json.Unmarshal([]byte(bad), &d); err == nil {
			t.Errorf("%.40s: expected an error", bad)
		}
	}
	for _, bad := range []trace.Decimal{"01", "1.", ".5", "+1", "1e", "--1", "NaN", "1 "} {
		if _, err := json.Marshal(bad); err == nil {
			t.Errorf("%q: expected an error", bad)
		}
	}
}

func TestDecimalOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, places := rapid.Int64().Draw(t, "n"), rapid.IntRange(0, 18).Draw(t, "places")
		want := new(big.Rat).SetFrac(big.NewInt(n), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
		if got := trace.DecimalOf(n, places); got.Rat().Cmp(want) != 0 {
			t.Fatalf("expected %s, found %s", want, got)
		}
	})
}

// DecimalUp never falls below the figure, nor a unit of its last digit above.
func TestDecimalUpIsABound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		num, den := rapid.Int64Min(1).Draw(t, "num"), rapid.Int64Min(1).Draw(t, "den")
		digits := rapid.IntRange(1, 18).Draw(t, "digits")
		r := big.NewRat(num, den)
		d := trace.DecimalUp(r, digits)
		if _, err := json.Marshal(d); err != nil {
			t.Fatal(err)
		}
		got := d.Rat()
		if got.Cmp(r) < 0 {
			t.Fatalf("expected %s or more, found %s", r, d)
		}
		// got - r < r·10^(1-digits)
		slack := new(big.Rat).Quo(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits-1)), nil)))
		if got.Sub(got, r).Cmp(slack) > 0 {
			t.Fatalf("expected %s to %d digits, found %s", r, digits, d)
		}
	})
	for _, c := range []struct {
		num, den int64
		want     trace.Decimal
	}{{1, 3, "0.34"}, {1, 1000, "0.001"}, {314, 1, "320"}, {32, 100_000_000, "3.2e-7"}, {0, 1, "0"}, {1, 1_000_000_000, "1e-9"}, {999, 10, "100"}} {
		if got := trace.DecimalUp(big.NewRat(c.num, c.den), 2); got != c.want {
			t.Errorf("%d/%d: expected %s, found %s", c.num, c.den, c.want, got)
		}
	}
}

func FuzzParseReport(f *testing.F) {
	seeds := 0
	for _, data := range samples(f) {
		if len(data) < 8<<10 { // large seeds are slow to mutate and to shrink
			f.Add(data)
			seeds++
		}
	}
	if seeds < 2 {
		f.Fatalf("expected small sample reports, found %d", seeds)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := trace.ParseReport(data)
		if err != nil {
			return
		}
		out, err := r.Encode()
		if err != nil {
			t.Fatalf("a report that was read cannot be written: %v", err)
		}
		again, err := trace.ParseReport(out)
		if err != nil {
			t.Fatalf("a report that was written cannot be read: %v", err)
		}
		if twice, err := again.Encode(); err != nil || !bytes.Equal(out, twice) {
			t.Fatalf("expected the same bytes again (%v)", err)
		}
	})
}

// TestSpecNamesEveryField holds spec/report.md to the types.
func TestSpecNamesEveryField(t *testing.T) {
	spec, err := os.ReadFile("../spec/report.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		if typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] {
			return
		}
		seen[typ] = true
		for i := range typ.NumField() {
			if !typ.Field(i).IsExported() {
				continue
			}
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if !bytes.Contains(spec, []byte("`"+name+"`")) {
				t.Errorf("expected spec/report.md to name %s of %s", name, typ.Name())
			}
			walk(typ.Field(i).Type)
		}
	}
	walk(reflect.TypeFor[trace.Report]())
	if len(seen) < 9 {
		t.Errorf("expected to walk every type, walked %d", len(seen))
	}
}
