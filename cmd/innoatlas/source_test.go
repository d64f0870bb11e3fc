package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// What the flags say of columns is for files, and reaches whoever reads them.
func TestColumnOptions(t *testing.T) {
	t.Parallel()
	for _, o := range []columnOptions{{OnlyKnownColumns: true}, {Facet: []string{"beds"}}} {
		if err := (&source{columnOptions: o}).check(); err == nil || !strings.Contains(err.Error(), "--data") {
			t.Errorf("%+v without files: %v", o, err)
		}
	}
	data := filepath.Join("..", "..", "geo", "dataset", "testdata", "good", "hospitals.csv")
	s := source{Data: data, columnOptions: columnOptions{OnlyKnownColumns: true}}
	if _, err := s.read(newLogger()); err == nil || !strings.Contains(err.Error(), `not known: "capacity"`) {
		t.Errorf("only known columns: %v", err)
	}
	s.columnOptions = columnOptions{Facet: []string{"postcode"}}
	if err := s.check(); err != nil {
		t.Fatal(err)
	}
	ds, err := s.read(newLogger())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range ds.Fields["facilities"] {
		if f.Name == "postcode" && f.Facet != "postcode" {
			t.Errorf("%+v is no facet", f)
		}
	}
}
