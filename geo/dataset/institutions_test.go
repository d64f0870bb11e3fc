package dataset

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"innoatlas/geo"
)

// builtinCounts are, of the built-in data, the facilities that stand in a country and those
// that it takes part in.
var builtinCounts = map[string][2]int{
	"SGP": {4, 20}, "THA": {22, 27}, "LAO": {20, 23}, "MYS": {14, 19}, "CHN": {69, 189}, "IDN": {18, 23}, "KHM": {13, 13}, "MMR": {11, 11}, "VNM": {10, 11},
	"BRN": {5, 5}, "PHL": {4, 5}, "TLS": {4, 4},
}

func TestWhoTakesPart(t *testing.T) {
	ds, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string][2]int{}
	for _, f := range ds.Facilities {
		at := counts[f.Country]
		at[0]++
		counts[f.Country] = at
		for _, code := range f.TakesPart {
			taking := counts[code]
			taking[1]++
			counts[code] = taking
		}
	}
	for code, want := range builtinCounts {
		if counts[code] != want {
			t.Errorf("%s: %v facilities stand there and it takes part in them, want %v", code, counts[code], want)
		}
	}
	if n := len(ds.Partnerships()); n != 403 {
		t.Errorf("%d partnerships", n)
	}
	if len(ds.Records[geo.Institutions.ID]) != 328 || len(ds.Records[geo.Projects.ID]) != 54 || len(ds.Links) != 507 {
		t.Errorf("%d institutions, %d projects, %d links", len(ds.Records[geo.Institutions.ID]), len(ds.Records[geo.Projects.ID]), len(ds.Links))
	}
}

const (
	facilityRows = "slug,kind,name,country,partners,host_institution\n" +
		"a,k,A,LAO,\"Royal Institute (THA);National University\",\n" +
		"b,k,B,THA,\"R.I. ;Société d'État (VNM);Nobody (MYS)\",Chulalongkorn\n" +
		"c,k,C,,,\n"
	institutionRows = "slug,name,name_zh,aliases,country,ror_id,lon,lat,location_precision,parent,beds\n" +
		"royal-institute,Royal Institute,皇家研究院,R.I.;RI,THA,https://ror.org/036wvzt09,100.5,13.75,city,,7\n" +
		"national-university-laos,National University,,,LAO,ror:05c9zt,,,none,,\n" +
		"national-university-china,National University,,,CHN,,,,,,\n" +
		"societe-d-etat,Societe d’Etat,,,VNM,,,,,,\n" +
		"chula,Chulalongkorn University,,Chulalongkorn,THA,,,,,royal-institute,\n"
)

func relationFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	all := map[string]string{"facilities.csv": facilityRows, "institutions.csv": institutionRows}
	for name, content := range files {
		all[name] = content
	}
	for name, content := range all {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// What records name is linked by a name or an alias, whatever its accents and punctuation; a
// code tells two of one name apart; what names none, or two, is told and stays a text.
func TestLinksByName(t *testing.T) {
	ds, warnings, err := Read(relationFolder(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ institutions, countries string }{
		{"royal-institute", "LAO THA"}, {"royal-institute societe-d-etat chula", "MYS THA VNM"}, {"", ""},
	} {
		f := ds.Facilities[i]
		if got := strings.Join(f.Institutions, " "); got != want.institutions {
			t.Errorf("%s: institutions %q, want %q", f.Slug, got, want.institutions)
		}
		if got := strings.Join(f.TakesPart, " "); got != want.countries {
			t.Errorf("%s: countries %q, want %q", f.Slug, got, want.countries)
		}
	}
	told := strings.Join(warnings, "\n")
	if !strings.Contains(told, "2 entries") || !strings.Contains(told, "National University (a)") || !strings.Contains(told, "Nobody (MYS) (b)") {
		t.Errorf("told %s", told)
	}
	first := ds.Records[geo.Institutions.ID][0]
	if got := first.Value("identifiers").List; !slices.Equal(got, []string{"ror:036wvzt09"}) {
		t.Errorf("the address of ROR gives %q", got)
	}
	if first.Value("facilities").Number != 2 || first.Value("country_name").Text != "Thailand" || first.ID != geo.RecordID("royal-institute") {
		t.Errorf("%+v", first)
	}
	if own := geo.Institutions.With(ds.Fields[geo.Institutions.ID]).Field("beds"); own == nil || own.Value(&first).Number != 7 {
		t.Errorf("own fields %v", ds.Fields)
	}
}

// A table of links says what names do not, and what they say besides is linked too.
func TestLinksOfATable(t *testing.T) {
	ds, _, err := Read(relationFolder(t, map[string]string{
		"facility_institutions.csv": "facility,institution,role\na,national-university-laos,partner\na,national-university-laos,host\n",
		"projects.csv": "slug,name,kind,start,end,institutions,facilities,country\n" +
			"p,Project,event,2021-09,,chula;national-university-china,a,CHN;LAO\nq,Other,agreement,,2020,,,\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(ds.Facilities[0].Institutions, " "); got != "national-university-laos royal-institute" {
		t.Errorf("institutions %q", got)
	}
	for _, p := range ds.Partnerships() {
		if _, slug := p.Ref(); slug == "national-university-laos--a" && (!slices.Equal(p.Roles, []string{geo.Host, geo.Partner}) || p.ID != geo.RecordID(slug)) {
			t.Errorf("%s has the roles %q and the id %d", slug, p.Roles, p.ID)
		}
	}
	p, q := &ds.Records[geo.Projects.ID][0], &ds.Records[geo.Projects.ID][1]
	if got := p.Value("takes_part").List; !slices.Equal(got, []string{"CHN", "LAO", "THA"}) {
		t.Errorf("in the project take part %q", got)
	}
	for r, want := range map[*geo.Record][2]string{p: {"2021-09-01", "2021-09-30"}, q: {"2020-01-01", "2020-12-31"}} {
		if got := [2]string{geo.TextOf(r.Value("begins")), geo.TextOf(r.Value("ends"))}; got != want {
			t.Errorf("%s lasts %v, want %v", r.Slug, got, want)
		}
	}
	folder := filepath.Join(t.TempDir(), "new")
	if err := WriteFolder(folder, ds); err != nil {
		t.Fatal(err)
	}
	again, _, err := Read(folder)
	if err != nil || again.Revision != ds.Revision {
		t.Errorf("written and read again: %v, revision %s, want %s", err, again.Revision, ds.Revision)
	}
}

func TestBadRelations(t *testing.T) {
	for name, c := range map[string]struct{ file, content, want string }{
		"a link of nobody":         {"facility_institutions.csv", "facility,institution,role\na,nobody,host\n", "must be the slug of a row of institutions.csv"},
		"a link to nothing":        {"facility_institutions.csv", "facility,institution,role\nz,chula,host\n", "must be the slug of a row of facilities.csv"},
		"a role":                   {"facility_institutions.csv", "facility,institution,role\na,chula,owner\n", "must be one of host, partner"},
		"a link twice":             {"facility_institutions.csv", "facility,institution,role\na,chula,host\na,chula,host\n", "already"},
		"a slug twice":             {"institutions.csv", "slug,name\na,A\na,B\n", "must be unique"},
		"a country":                {"institutions.csv", "slug,name,country\na,A,Laos\n", "must be an ISO 3166-1 code"},
		"a country of a project":   {"projects.csv", "slug,name,country\na,A,LAO;Laos\n", "must be ISO 3166-1 codes"},
		"a date":                   {"projects.csv", "slug,name,start\na,A,May\n", "must be a date"},
		"a type":                   {"institutions.csv", "slug,name,type\na,A,club\n", "must be one of university"},
		"a column of one's own":    {"facilities.csv", "slug,kind,name,institutions\na,k,A,Institute of Rice\n", "follows from other tables here"},
		"a sector that is not one": {"projects.csv", "slug,name,sectors\na,A,Rice!\n", "lower-case"},
	} {
		if _, _, err := Read(relationFolder(t, map[string]string{c.file: c.content})); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
