package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// fileForm is a kind of file, whatever is in it.
type fileForm struct {
	extension, title, mediaType string
	write                       func(context.Context, io.Writer, format.File) error
	// whole says that all rows are read before the first byte is sent.
	whole bool
	// packed says that the file is compressed by itself.
	packed  bool
	maxRows int // 0: any number
}

var (
	geoJSONFile    = fileForm{extension: "geojson", title: "GeoJSON", mediaType: "application/geo+json", write: format.WriteGeoJSON}
	geoJSONLines   = fileForm{extension: "geojsonl", title: "GeoJSON lines", mediaType: "application/x-ndjson", write: format.WriteGeoJSONSeq}
	csvFile        = fileForm{extension: "csv", title: "CSV", mediaType: "text/csv", write: format.WriteCSV}
	flatGeobufFile = fileForm{extension: "fgb", title: "FlatGeobuf", mediaType: "application/flatgeobuf", write: format.WriteFlatGeobuf, whole: true}
	geoPackageFile = fileForm{extension: "gpkg", title: "GeoPackage", mediaType: "application/geopackage+sqlite3", write: format.WriteGeoPackage, whole: true}
	kmlFile        = fileForm{extension: "kml", title: "KML", mediaType: "application/vnd.google-earth.kml+xml", write: format.WriteKML}
	parquetFile    = fileForm{extension: "parquet", title: "GeoParquet", mediaType: "application/vnd.apache.parquet", write: format.WriteParquet, packed: true}
	graphMLFile    = fileForm{extension: "graphml", title: "GraphML", mediaType: "application/graphml+xml", write: format.WriteGraphML}
	excelFile      = fileForm{
		extension: "xlsx", title: "Excel", mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write: format.WriteXLSX,
		whole: true, packed: true, maxRows: format.XLSXMaxRows,
	}
)

// fileFormat is a form in which the records of a collection can be had: a whole
// selection at its path, or a page of the items by the name of its representation.
type fileFormat struct {
	fileForm
	collection     *geo.Collection
	path, name     string // /data/facilities.csv, facilities.csv
	representation *representation
	resource       *Resource
}

// formsOf are the kinds of files that the records of a collection can be had in: a table
// has positions or a line, not an outline; and a network is of what joins two.
func formsOf(c *geo.Collection) []fileForm {
	switch {
	case c.Is(geo.Partnerships):
		return append(slices.Clone(tableForms), graphMLFile)
	case c.Geometry == geo.MultiPolygon:
		return []fileForm{geoJSONFile, flatGeobufFile, geoPackageFile}
	}
	return tableForms
}

var tableForms = []fileForm{geoJSONFile, geoJSONLines, csvFile, excelFile, flatGeobufFile, geoPackageFile, kmlFile, parquetFile}

// noFile answers for a file that there is none of.
func (s *Server) noFile(collection *geo.Collection, form fileForm) echo.HandlerFunc {
	return func(echo.Context) error {
		var names []string
		for _, f := range formsOf(collection) {
			names = append(names, "/data/"+collection.ID+"."+f.extension)
		}
		reason := "an outline has no place in it"
		if form.extension == graphMLFile.extension {
			reason = "they join nothing; /data/" + geo.Partnerships.ID + "." + form.extension + " has the network"
		}
		return NotFound("there is no " + form.title + " of " + collection.ID + ", since " + reason + "; take " + enumerated(names, "or"))
	}
}

// filesOf are the files of a collection, in the order in which they are listed.
func filesOf(c *geo.Collection, filters parameters) []*fileFormat {
	forms := formsOf(c)
	files := make([]*fileFormat, len(forms))
	for i, form := range forms {
		name := c.ID + "." + form.extension
		r := &representation{names: []string{form.extension}, mediaType: form.mediaType, accepts: []string{form.mediaType}, packed: form.packed, name: form.title}
		own := append(slices.Clip(filters), sortbyParameter(c))
		if form.extension == csvFile.extension {
			own = append(own, bomParameter)
		}
		own = append(own, langParameter)
		r.file = &fileFormat{form, c, "/data/" + name, name, r, &Resource{
			formats:    []*representation{r},
			parameters: own,
			cache:      AlwaysCheck,
			file:       true,
		}}
		files[i] = r.file
	}
	return files
}

// file finds a file of the collection by its extension, which is one of formsOf.
func (col *collection) file(extension string) *fileFormat {
	return col.files[slices.IndexFunc(col.files, func(f *fileFormat) bool { return f.extension == extension })]
}

// pageFormats are the representations that the items of a collection have besides
// GeoJSON and HTML.
func pageFormats(files []*fileFormat) []*representation {
	var formats []*representation
	for _, f := range files {
		if f.extension != geoJSONFile.extension {
			formats = append(formats, f.representation)
		}
	}
	return formats
}

// download answers GET and HEAD of /data/…: every record that matches, in one file of
// any length, or a part of it.
func (s *Server) download(collection, extension string) echo.HandlerFunc {
	return func(c echo.Context) error {
		for tries := 3; ; tries-- {
			if err := s.sendSelection(c, collection, extension); !errors.Is(err, errPassed) || tries == 1 {
				return err
			}
		}
	}
}

func (s *Server) sendSelection(c echo.Context, collection, extension string) error {
	var f *fileFormat
	a, err := s.answerBy(c, func(v *service) (*Resource, error) {
		col, err := v.find(collection)
		if err != nil {
			return nil, err
		}
		f = col.file(extension)
		return f.resource, nil
	})
	if err != nil {
		return err
	}
	q, err := a.query(f.collection)
	if err != nil {
		return err
	}
	if a.Fresh() || matchesAny(c.Request().Header["If-None-Match"]) {
		return a.NotModified()
	}
	if err := s.checkRows(a, f, q); err != nil {
		return err
	}
	a.nameFile(f)
	a.linkLicence()
	kept, err := s.keptFile(a, f, q)
	switch {
	case kept != nil:
		defer s.files.release(kept)
		return s.sendKept(a, kept)
	case err != nil && !unkept(err):
		return err
	}
	a.header.Set("Accept-Ranges", acceptRanges(err == nil && s.files.possible()))
	return s.sendFile(a, f, s.store.All(geo.WithPause(a.Context(), a.pause), q))
}

// checkRows refuses what the file cannot hold, before it is begun. It counts only
// where there may be too many.
func (s *Server) checkRows(a *Answer, f *fileFormat, q geo.Query) error {
	if f.maxRows == 0 || a.catalog.HoldingOf(f.collection).Count <= f.maxRows {
		return nil
	}
	q.Limit = 1
	found, err := s.store.List(a.Context(), q)
	if err != nil || found.Matched <= f.maxRows {
		return err
	}
	return &statusError{http.StatusBadRequest, fmt.Sprintf(
		"%d records match, and an %s file holds %d; narrow the filter, or take /data/%s.csv or .parquet", found.Matched, f.title, f.maxRows, f.collection)}
}

func (s *Server) sendFile(a *Answer, f *fileFormat, rows iter.Seq2[geo.Feature, error]) error {
	return s.stream(a, func(out *stream) error { return s.writeFile(a.Context(), out, a, f, a.InTurn(rows)) })
}

// writeFile writes the file when its first row is there.
func (s *Server) writeFile(ctx context.Context, w io.Writer, a *Answer, f *fileFormat, rows iter.Seq2[geo.Feature, error]) error {
	if f.whole || f.packed { // its writer takes memory before it asks for the first row
		next, stop := iter.Pull2(rows)
		defer stop()
		rows = begun(next)
	}
	return f.write(ctx, w, s.file(a, f, rows))
}

// nameFile names the file after the lists that were chosen from, and the language, so that
// two selections do not take each other's place in a folder.
func (a *Answer) nameFile(f *fileFormat) {
	name := f.collection.ID
	for _, d := range []geo.Dimension{geo.ByCountry, geo.BySector, geo.ByKind, geo.ByTakesPart, geo.ByInstitution} {
		if chosen := strings.Join(a.params[string(d)], ","); plainList.MatchString(chosen) {
			name += "-" + strings.ReplaceAll(chosen, ",", "-")
		}
	}
	if a.chosen != "" {
		name += "-" + a.chosen
	}
	a.header.Set("Content-Disposition", `attachment; filename="`+name+"."+f.extension+`"`)
}

// linkLicence leads to the licence from a file that may have no place for it. Only what
// stands in a header as it is goes into one.
func (a *Answer) linkLicence() {
	if address := a.Terms().LicenceURL; plainAddress.MatchString(address) {
		a.header["Link"] = []string{"<" + address + `>; rel="license"`}
	}
}

// plainAddress has no character that ends a target of a link, and is short.
var plainAddress = regexp.MustCompile(`^https?://[!#-;=?-~]{1,500}$`)

// plainList is a list that is short, and safe in a file name.
var plainList = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9,-]{0,40}$`)

// file is what is written: the rows, and what the file says of itself.
func (s *Server) file(a *Answer, f *fileFormat, rows iter.Seq2[geo.Feature, error]) format.File {
	terms := a.termsOf(f.collection)
	about := format.About{
		Title:       f.collection.Title.In(a.lang),
		Description: f.collection.Description.In(a.lang),
		Licence:     terms.Licence,
		LicenceURL:  terms.LicenceURL,
		Attribution: terms.Attribution,
		Revision:    a.catalog.Revision,
		Updated:     a.catalog.Updated,
	}
	if s.cfg.BaseURL != "" { // else the address would be of no use outside, and another on each server
		about.Link = a.Href(a.path, a.params)
	}
	shown := a.shown(f.collection)
	return format.File{Collection: shown.Collection, Catalog: a.catalog, About: about, Rows: shown.rows(rows), TempDir: s.cfg.TempDir, NoByteOrderMark: !a.marksBytes()}
}

// wholeRecords are the parameters of the items that change records; a file has
// them whole, and in longitude and latitude.
var wholeRecords = []string{"crs", "properties", "exclude-properties", "skipGeometry", "facets"}

// checkPageFile refuses parameters that a page as a file has no form for.
func (a *Answer) checkPageFile(f *fileFormat) error {
	for _, name := range wholeRecords {
		if a.params.Has(name) {
			return &geo.InputError{Param: name, Value: a.params.Get(name),
				Reason: "f=" + f.extension + " gives whole records in longitude and latitude; leave this out, or take f=json"}
		}
	}
	return nil
}

// holds is how many of these records the file has.
func (f *fileFormat) holds(features []geo.Feature) (n int) {
	for _, feature := range features {
		if f.extension != flatGeobufFile.extension || format.HasGeometry(feature) {
			n++
		}
	}
	return n
}

// sendPageFile sends a page of the items as a file. How many match and how many
// are here is in the headers of OGC API Features Part 1, 7.15.7, since no file has
// a place for it; the links must be in the Link header already.
func (s *Server) sendPageFile(a *question, f *fileFormat, found geo.Page) error {
	h := a.header
	h.Set("OGC-NumberMatched", strconv.Itoa(found.Matched))
	h.Set("OGC-NumberReturned", strconv.Itoa(f.holds(found.Features)))
	a.nameFile(f)
	turn := a.turns.ofRecords(f.collection, len(found.Features))
	if f.whole || f.packed { // whose writer takes milliseconds and memory for a single record too
		turn = a.turns.costly
	}
	if err := a.begin(turn); err != nil {
		return err
	}
	buf := takeBuffer()
	defer buf.giveBack()
	err := f.write(a.Context(), buf, s.file(a.Answer, f, func(yield func(geo.Feature, error) bool) {
		for _, feature := range found.Features {
			if !yield(feature, nil) {
				return
			}
		}
	}))
	var limit *format.LimitError
	if errors.As(err, &limit) {
		return &statusError{http.StatusBadRequest, limit.Reason}
	}
	if err != nil {
		return err
	}
	return a.Send(buf.b)
}
