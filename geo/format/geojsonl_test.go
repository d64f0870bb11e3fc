package format_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"innoatlas/geo/format"
)

// Each line is one feature, ended by a line feed, the records in their order. Where
// there are none, the line is one that programs open.
func TestGeoJSONSeqLines(t *testing.T) {
	for name, s := range selections(t) {
		if len(s.features) == 0 {
			want := `{"type":"FeatureCollection","name":"` + s.collection.ID + `","features":[]}` + "\n"
			if got := string(write(t, format.WriteGeoJSONSeq, s)); got != want {
				t.Errorf("%s: %q", name, got)
			}
			continue
		}
		t.Run(name, func(t *testing.T) {
			file := write(t, format.WriteGeoJSONSeq, s)
			lines := bytes.SplitAfter(file, []byte("\n"))
			if last := lines[len(lines)-1]; len(last) > 0 || len(lines)-1 != len(s.features) {
				t.Fatalf("%d lines of %d records, then %q", len(lines)-1, len(s.features), last)
			}
			want := s.want(t)
			for i, f := range s.features {
				id, _ := f.Ref()
				if diff := cmp.Diff(want[id], decode(t, lines[i])); diff != "" {
					t.Errorf("record %d -want +got\n%s", id, diff)
				}
			}
		})
	}
}
