package main

import (
	"bytes"
	"log/slog"
	"os"
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

// All that is to be known of the columns of a data set is told when it is read, which of them
// are public above all.
func TestNotesOfReading(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "facilities.csv")
	rows := "slug,kind,name,beds,motto,phone,opened\nfirst,lab,First,12,On,+66 2 123 4567,2024-05-31\n"
	if err := os.WriteFile(data, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s := source{Data: data}
	if _, err := s.read(slog.New(boundWarnings(slog.NewTextHandler(&out, nil))).With("a", 1)); err != nil {
		t.Fatal(err)
	}
	for _, column := range []string{"beds", "motto", "phone", "opened"} {
		if n := strings.Count(out.String(), `column \"`+column+`\"`); n != 1 {
			t.Errorf("%d notes of the column %s, want 1:\n%s", n, column, out.String())
		}
	}
}
