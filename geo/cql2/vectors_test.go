package cql2_test

import (
	"bytes"
	"testing"

	"innoatlas/geo/cql2"
	"innoatlas/geo/cql2/cql2test"
)

func TestVectors(t *testing.T)         { countVectors(t, cql2test.Own(t), 600) }
func TestOfficialVectors(t *testing.T) { countVectors(t, cql2test.Official(t, "../.."), 300) }

// countVectors counts what each filter keeps, and prints it as text and as JSON.
func countVectors(t *testing.T, suite cql2test.Suite, least int) {
	layers := map[string]cql2test.Layer{}
	for _, l := range suite.Layers {
		layers[l.Name] = l
	}
	n := 0
	for class, vectors := range suite.Classes {
		t.Run(class, func(t *testing.T) {
			for _, v := range vectors {
				n++
				e, err := cql2.ParseText(v.Filter)
				if err != nil {
					t.Errorf("%s: %v", v.Filter, err)
					continue
				}
				roundTrip(t, e)
				if got, err := count(layers[v.Layer], e); err != nil || got != v.Count {
					t.Errorf("%s: %d, %v; want %d", v.Filter, got, err, v.Count)
				}
			}
		})
	}
	if n < least {
		t.Errorf("only %d predicates were counted", n)
	}
}

func count(l cql2test.Layer, e cql2.Expr) (n int, err error) {
	bound, err := cql2.Bind(e, l.Type)
	if err != nil {
		return 0, err
	}
	for _, values := range l.Rows {
		r := row{}
		for i, c := range l.Columns {
			r[c.Name] = values[i]
		}
		if cql2.Eval(bound, r) == cql2.True {
			n++
		}
	}
	return n, nil
}

func TestVectorsHaveEveryOperator(t *testing.T) {
	var all []byte
	for _, vectors := range cql2test.Own(t).Classes {
		for _, v := range vectors {
			e, err := cql2.ParseText(v.Filter)
			must(t, err)
			all = append(all, cql2.FormatJSON(e)...)
		}
	}
	for _, name := range cql2.OperatorNames() {
		if !bytes.Contains(all, []byte(`"op":"`+name+`"`)) {
			t.Errorf("no vector has %s", name)
		}
	}
}
