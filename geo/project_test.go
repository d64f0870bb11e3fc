package geo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// A project stands where its facilities do, each position once, from west to east; where none
// of these has a position where its institutions do; and else nowhere.
func TestProjectsStandWhereTheirFacilitiesDo(t *testing.T) {
	ds := &geo.Dataset{Records: map[string][]geo.Record{}}
	for slug, at := range map[string]*orb.Point{"east": {120, 1}, "beside": {120, 1}, "north": {120, 2}, "west": {-70, 5}, "lost": nil} {
		ds.Facilities = append(ds.Facilities, geo.Facility{Slug: slug, Position: at})
	}
	for slug, shape := range map[string]orb.Geometry{"seated": orb.Point{10, 20}, "unseated": nil} {
		r := geo.Institutions.NewRecord(slug)
		r.Shape = shape
		ds.Records[geo.Institutions.ID] = append(ds.Records[geo.Institutions.ID], *r)
	}
	cases := map[string]struct {
		facilities, institutions []string
		want                     orb.Geometry
	}{
		"facilities":      {[]string{"north", "east", "west", "beside", "lost"}, []string{"seated"}, orb.MultiPoint{{-70, 5}, {120, 1}, {120, 2}}},
		"institutions":    {[]string{"lost", "nobody"}, []string{"unseated", "seated", "seated"}, orb.MultiPoint{{10, 20}}},
		"nowhere":         {[]string{"lost"}, []string{"unseated"}, nil},
		"nobody-is-named": {nil, nil, nil},
	}
	for slug, c := range cases {
		r := geo.Projects.NewRecord(slug)
		r.Shape = orb.MultiPoint{{1, 1}} // of before
		geo.Projects.Field("facilities").Set(r, cql2.ListOf(c.facilities))
		geo.Projects.Field("institutions").Set(r, cql2.ListOf(c.institutions))
		ds.Records[geo.Projects.ID] = append(ds.Records[geo.Projects.ID], *r)
	}
	ds.Relate()
	for i := range ds.Records[geo.Projects.ID] {
		r := &ds.Records[geo.Projects.ID][i]
		if d := cmp.Diff(cases[r.Slug].want, r.Geometry()); d != "" {
			t.Errorf("%s (-want +got):\n%s", r.Slug, d)
		}
	}
}
