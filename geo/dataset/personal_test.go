package dataset

import (
	"strings"
	"testing"

	"innoatlas/geo"
)

func TestPersonalValue(t *testing.T) {
	for _, s := range []string{
		"02 555 4001 / 02 555 4002", "02 555 4001,02 555 4002", "02 555 4001\n02 555 4002", "081-234-5678, 089-234-5678", "0812345678/0892345678",
		"025554001 025554002", "call 02 555 4001", "Mr Xy 081-234-5678", "ph 02 555 4001", "(84-24) 3555 4001", "02-555-4001 to 5", "66255540010",
		"０２ ５５５ ４００１", "๐๒ ๕๕๕ ๔๐๐๑", `["02 555 4001"]`, "+66 2 555 4001", "tel 0812345678", "13812345678", "a@example.org",
	} {
		if personalValue(s) == "" {
			t.Errorf("%q looks like nothing personal", s)
		}
	}
	for _, s := range []string{
		"2019-11-23", "23/11/2019", "01.02.2019 10:30", "2015-2020", "12345678", "1234567890", "0.123456789", "13.7563, 100.5018", "10110",
		"978-0-306-40615-7", "0-306-40615-2",
		"1234-5678", "0000 0001 2150 0905", "0000-0002-1825-009X",
		"1,000,000", "192.168.100.200", "THB 1,234,567.89", "007", "-12.5", "https://example.org/0812345678", "2021-09-01T00:00:00Z", "1e300", "450 m2, 12 rooms, 1998",
	} {
		if what := personalValue(s); what != "" {
			t.Errorf("%q looks like %s", s, what)
		}
	}
}

// A heading that names people makes texts private; numbers count people.
func TestHeadingsOfPeople(t *testing.T) {
	ds, _, err := Read(folderOf(t, map[string]string{"facilities.csv": strings.Join([]string{
		"slug,kind,name,head of unit,负责人,Director,staff,owner,entered_by", "a,k,A,Dr Xy,王,Ms Z,12,state,xy", "b,k,B,Dr Xz,李,Ms Y,7,private,xy", "",
	}, "\n")}))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, f := range ds.Fields[geo.Facilities.ID] {
		got[f.Title.In("en")] = f.Private
	}
	for heading, private := range map[string]bool{"head of unit": true, "负责人": true, "Director": true, "staff": false, "owner": false, "entered_by": true} {
		if is, known := got[heading]; is != private || !known {
			t.Errorf("%s is private: %v (known: %v), want %v", heading, is, known, private)
		}
	}
}

// A facet that was made private reads back, with its values: it is one again when it is shown.
func TestPrivateFacetReadsBack(t *testing.T) {
	for _, members := range []string{`"facet":true`, `"constraints":{"enum":["x","y"]}`} {
		ds, _, err := Read(packaged(t, "slug,kind,name,extra\na,k,A,x\n", `{"name":"extra","private":true,`+members+`}`))
		if err != nil {
			t.Fatal(err)
		}
		f := ds.Fields[geo.Facilities.ID][0]
		again := writtenAndRead(t, ds).Fields[geo.Facilities.ID][0]
		if !f.Private || f.Facet != "extra" || f.Open != (f.Terms == nil) || !f.Equal(again) {
			t.Errorf("%s: %+v, and read again %+v", members, f, again)
		}
	}
}

// What a package shows in spite of its heading is shown again when it was written and read,
// and a title that names people is a heading too.
func TestShownInSpiteOfItsHeading(t *testing.T) {
	for _, field := range []string{`{"name":"director","private":false}`, `{"name":"extra","title":"负责人","private":false}`, `{"name":"remarks","private":false}`} {
		column := strings.Split(field, `"`)[3]
		rows := "slug,kind,name," + column + "\na,k,A,x\n"
		ds, _, err := Read(packaged(t, rows, field))
		if err != nil {
			t.Fatal(err)
		}
		again := writtenAndRead(t, ds)
		told, _, err := Read(packaged(t, rows, strings.Replace(field, `,"private":false`, "", 1)))
		if err != nil {
			t.Fatal(err)
		}
		of := func(ds *geo.Dataset) bool { return ds.Fields[geo.Facilities.ID][0].Private }
		if of(ds) || of(again) || !of(told) {
			t.Errorf("%s is private: %v, read again: %v, without private: false: %v", field, of(ds), of(again), of(told))
		}
	}
}
