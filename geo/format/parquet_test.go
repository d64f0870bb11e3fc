package format_test

import (
	"bytes"
	stdcmp "cmp"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/parquet-go/parquet-go"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"pgregory.net/rapid"

	"innoatlas/geo"
	"innoatlas/geo/format"
	"innoatlas/geo/format/formattest"
)

// facilityRow is a row as parquet-go reads it into a struct of its own.
type facilityRow struct {
	ID              int64      `parquet:"id"`
	Slug            *string    `parquet:"slug,optional"`
	Kind            *string    `parquet:"kind,optional"`
	Name            *string    `parquet:"name,optional"`
	NameZh          *string    `parquet:"name_zh,optional"`
	NameLocal       *string    `parquet:"name_local,optional"`
	NameLocalLang   *string    `parquet:"name_local_lang,optional"`
	Country         *string    `parquet:"country,optional"`
	CountryName     *string    `parquet:"country_name,optional"`
	Admin1          *string    `parquet:"admin1,optional"`
	City            *string    `parquet:"city,optional"`
	Precision       *string    `parquet:"precision,optional"`
	Sectors         []string   `parquet:"sectors,optional,list"`
	Partners        []string   `parquet:"partners,optional,list"`
	HostInstitution *string    `parquet:"host_institution,optional"`
	Established     *int32     `parquet:"established,optional"`
	Status          *string    `parquet:"status,optional"`
	Summary         *string    `parquet:"summary,optional"`
	SourceTitle     *string    `parquet:"source_title,optional"`
	SourceURL       *string    `parquet:"source_url,optional"`
	SourceDate      *string    `parquet:"source_date,optional"`
	Updated         *time.Time `parquet:"updated,optional,timestamp(microsecond)"`
	Sources         *string    `parquet:"sources,optional"`
	Geometry        []byte     `parquet:"geometry,optional"`
	BBox            *boxRow    `parquet:"bbox,optional"`
}

type boxRow struct {
	XMin float64 `parquet:"xmin"`
	YMin float64 `parquet:"ymin"`
	XMax float64 `parquet:"xmax"`
	YMax float64 `parquet:"ymax"`
}

// rowOf is what the row of a facility must be.
func rowOf(t tb, f *geo.Facility) facilityRow {
	t.Helper()
	row := facilityRow{
		ID: f.ID, Slug: stated(f.Slug), Kind: stated(f.Kind), Name: stated(f.Name), NameZh: stated(f.NameZh), NameLocal: stated(f.NameLocal),
		NameLocalLang: stated(f.NameLocalLang), Country: stated(f.Country), CountryName: stated(f.CountryName), Admin1: stated(f.Admin1), City: stated(f.City),
		Precision: stated(f.Precision), Sectors: f.Sectors, Partners: f.Partners, HostInstitution: stated(f.HostInstitution), Established: stated(int32(f.Established)),
		Status: stated(f.Status), Summary: stated(f.Summary), SourceTitle: stated(f.Source.Title), SourceURL: stated(f.Source.URL),
		SourceDate: stated(f.Source.Date), Updated: stated(f.Updated),
	}
	properties := decode(t, format.NewGeoJSON(&geo.Catalog{}, geo.Facilities).AppendFeature(nil, f, nil)).Properties
	if sources, ok := properties["sources"]; ok {
		asJSON, err := json.Marshal(sources)
		if err != nil {
			t.Fatal(err)
		}
		row.Sources = stated(string(asJSON))
	}
	if f.Position != nil {
		p := *f.Position
		row.Geometry = wkb.MustMarshal(p, binary.LittleEndian)
		row.BBox = &boxRow{p[0], p[1], p[0], p[1]}
	}
	return row
}

// stated is nil for the zero value, as what is not stated is null in the file.
func stated[T comparable](v T) *T {
	if v == *new(T) {
		return nil
	}
	return &v
}

// sameJSON compares the texts of two objects by what they mean.
var sameJSON = cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Sources" },
	cmp.Comparer(func(a, b *string) bool {
		if a == nil || b == nil {
			return a == b
		}
		var x, y any
		return json.Unmarshal([]byte(*a), &x) == nil && json.Unmarshal([]byte(*b), &y) == nil && cmp.Equal(x, y)
	}))

func TestParquetRows(t *testing.T) {
	for name, s := range selections(t) {
		if !s.collection.Is(geo.Facilities) {
			continue
		}
		t.Run(name, func(t *testing.T) { checkParquetRows(t, s) })
	}
	t.Run("any facilities", rapid.MakeCheck(func(t *rapid.T) { checkParquetRows(t, anyFacilities().Draw(t, "facilities")) }))
}

func checkParquetRows(t tb, s selection) {
	t.Helper()
	data := write(t, format.WriteParquet, s)
	rows, err := parquet.Read[facilityRow](bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var want []facilityRow
	for _, f := range s.features {
		want = append(want, rowOf(t, f.(*geo.Facility)))
	}
	if diff := cmp.Diff(want, rows, sameJSON, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// A file has its rows in groups, each with the least and greatest box by which a
// reader leaves it out, and no such bounds for the geometry itself.
func TestParquetRowGroups(t *testing.T) {
	s := manyFacilities()
	s.features = s.features[:25_000]
	data := write(t, format.WriteParquet, s)
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int64
	start := 0
	for _, g := range f.Metadata().RowGroups {
		sizes = append(sizes, g.NumRows)
		extent := orb.MultiPoint{}
		for _, f := range s.features[start : start+int(g.NumRows)] {
			extent = append(extent, *f.(*geo.Facility).Position)
		}
		start += int(g.NumRows)
		for _, c := range g.Columns {
			stats := c.MetaData.Statistics
			bound := func(b []byte) float64 { return degreesOf(t, b) }
			switch path := strings.Join(c.MetaData.PathInSchema, "."); path {
			case "geometry":
				if len(stats.MinValue)+len(stats.MaxValue) > 0 {
					t.Errorf("the geometry has bounds, %d bytes", len(stats.MinValue))
				}
			case "bbox.xmin":
				if bound(stats.MinValue) != extent.Bound().Min[0] {
					t.Errorf("%s from %v, want %v", path, bound(stats.MinValue), extent.Bound().Min[0])
				}
			case "bbox.ymax":
				if bound(stats.MaxValue) != extent.Bound().Max[1] {
					t.Errorf("%s to %v, want %v", path, bound(stats.MaxValue), extent.Bound().Max[1])
				}
			}
		}
	}
	if want := []int64{10_000, 10_000, 5_000}; !slices.Equal(sizes, want) {
		t.Errorf("row groups of %v, want %v", sizes, want)
	}
}

func degreesOf(t *testing.T, b []byte) (f float64) {
	t.Helper()
	if _, err := binary.Decode(b, binary.LittleEndian, &f); err != nil {
		t.Errorf("%v in bounds %x", err, b)
	}
	return f
}

// Half a file is no file.
func TestParquetCutShort(t *testing.T) {
	s := builtin(t, geo.Facilities)
	broken := s.file()
	broken.Rows = rows(s.features, errRows)
	var out bytes.Buffer
	if err := format.WriteParquet(t.Context(), &out, broken); err == nil {
		t.Fatal("no error")
	}
	if _, err := parquet.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len())); err == nil {
		t.Errorf("%d bytes are a whole file", out.Len())
	}
}

// parquetFile is what testdata/read_parquet.mjs prints.
type parquetFile struct {
	Columns   []parquetColumn
	About     map[string]string
	RowGroups int
	Features  []json.RawMessage
}

type parquetColumn struct {
	Name     string
	Type     string
	Required bool
	Children []string
}

// readHyparquet reads a file with hyparquet, which shares no code with the writer.
func readHyparquet(t *testing.T, data []byte) (f parquetFile) {
	t.Helper()
	formattest.Node(t, "../..", &f, "read_parquet.mjs", saveBytes(t, data, "file.parquet"))
	return f
}

func TestHyparquetReadsWhatGeoJSONHolds(t *testing.T) {
	for name, s := range selections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := readHyparquet(t, write(t, format.WriteParquet, s))
			if diff := cmp.Diff(parquetColumns(s), f.Columns); diff != "" {
				t.Errorf("columns -want +got\n%s", diff)
			}
			got := map[int64]feature{}
			for _, data := range f.Features {
				r := decode(t, data)
				for name, value := range r.Properties {
					r.Properties[name] = asGeoJSON(t, s, name, value)
				}
				got[r.ID] = r
			}
			if diff := cmp.Diff(s.want(t), got, withoutMarks); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// withoutMarks forgives JavaScript, which takes a byte order mark off each text.
var withoutMarks = cmp.Comparer(func(a, b string) bool { return strings.TrimPrefix(a, "\ufeff") == strings.TrimPrefix(b, "\ufeff") })

// asGeoJSON is a value as GeoJSON has it: objects out of their texts, times
// without the fractions that JavaScript adds.
func asGeoJSON(t *testing.T, s selection, property string, value any) any {
	t.Helper()
	for _, c := range format.Columns(s.catalog, s.collection) {
		switch {
		case c.Name != property:
		case c.Type == geo.Object:
			var object any
			if err := json.Unmarshal([]byte(value.(string)), &object); err != nil {
				t.Errorf("%s is %q: %v", property, value, err)
			}
			return object
		case c.Type == geo.Date:
			return strings.TrimSuffix(value.(string), "T00:00:00.000Z")
		case c.Type == geo.Time:
			return strings.Replace(value.(string), ".000Z", "Z", 1)
		}
	}
	return value
}

// parquetColumns are the columns that a file must have, with their types.
func parquetColumns(s selection) []parquetColumn {
	types := map[geo.Type]string{
		geo.Integer: "INT32 signed", geo.Text: "STRING", geo.Time: "TIMESTAMP MICROS UTC", geo.Texts: "LIST", geo.Object: "STRING",
		geo.Number: "DOUBLE", geo.Boolean: "BOOLEAN", geo.URL: "STRING", geo.Date: "DATE",
	}
	var columns []parquetColumn
	for _, c := range format.Columns(s.catalog, s.collection) {
		column := parquetColumn{Name: c.Name, Type: types[c.Type], Children: []string{}}
		if c.Name == "id" || c.Own && c.Type == geo.Integer {
			column.Type, column.Required = "INT64 signed", c.Name == "id"
		}
		if c.Type == geo.Texts {
			column.Children = []string{"list"}
		}
		columns = append(columns, column)
	}
	if s.collection.Geometry == geo.NoGeometry {
		return columns
	}
	return append(columns, parquetColumn{"geometry", "BYTE_ARRAY", false, []string{}},
		parquetColumn{"bbox", "GROUP", false, []string{"xmin", "ymin", "xmax", "ymax"}})
}

func TestGeoParquetMetadata(t *testing.T) {
	all := selections(t)
	cases := map[string]string{
		"hard countries": `{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["MultiPolygon"],
			"bbox":[0,-90,-150,15],"covering":{"bbox":{"xmin":["bbox","xmin"],"ymin":["bbox","ymin"],"xmax":["bbox","xmax"],"ymax":["bbox","ymax"]}}}}}`,
		"notes": "",
		"routes": `{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["LineString","MultiLineString"],
			"bbox":[1,2,-170,80],"covering":{"bbox":{"xmin":["bbox","xmin"],"ymin":["bbox","ymin"],"xmax":["bbox","xmax"],"ymax":["bbox","ymax"]}}}}}`,
		"meetings": `{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["MultiPoint"],
			"bbox":[1,-90,-170,80],"covering":{"bbox":{"xmin":["bbox","xmin"],"ymin":["bbox","ymin"],"xmax":["bbox","xmax"],"ymax":["bbox","ymax"]}}}}}`,
		"no facilities": `{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["Point"],
			"covering":{"bbox":{"xmin":["bbox","xmin"],"ymin":["bbox","ymin"],"xmax":["bbox","xmax"],"ymax":["bbox","ymax"]}}}}}`,
	}
	for name, want := range cases {
		f := readHyparquet(t, write(t, format.WriteParquet, all[name]))
		var got, wanted any
		if err := json.Unmarshal([]byte(stdcmp.Or(want, "null")), &wanted); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(stdcmp.Or(f.About["geo"], "null")), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("%s: geo -want +got\n%s", name, diff)
		}
		delete(f.About, "geo")
		wantAbout := map[string]string{
			"title": about.Title, "description": about.Description, "licence": about.Licence, "licence_url": about.LicenceURL,
			"attribution": about.Attribution, "revision": about.Revision, "updated": "2026-05-01T12:30:00Z", "link": about.Link,
		}
		if diff := cmp.Diff(wantAbout, f.About); diff != "" {
			t.Errorf("%s: about -want +got\n%s", name, diff)
		}
	}
}

// The box of a file crosses the antimeridian where the records lie on both sides of it.
func TestParquetBoxAcrossTheAntimeridian(t *testing.T) {
	east, west := geo.Facility{ID: 1, Slug: "e", Position: &orb.Point{179.99, -16}}, geo.Facility{ID: 2, Slug: "w", Position: &orb.Point{-179.915, -17}}
	var file bytes.Buffer
	rows := func(yield func(geo.Feature, error) bool) { _ = yield(&east, nil) && yield(&west, nil) }
	if err := format.WriteParquet(t.Context(), &file, format.File{Collection: geo.Facilities, Catalog: &geo.Catalog{}, Rows: rows}); err != nil {
		t.Fatal(err)
	}
	if want := []byte(`"bbox":[179.99,-17,-179.915,-16]`); !bytes.Contains(file.Bytes(), want) {
		t.Errorf("the description of the file has no %s", want)
	}
}
