package api

import (
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// openResource is how the page that opens a selection elsewhere is asked for.
func openResource(filters parameters) *Resource {
	return newResource(AMinute, []*representation{jsonFormat, htmlFormat}, filters...)
}

// recipe is how one program opens the selection: a sentence, the line to use, and
// where there is one the file to open.
type recipe struct {
	Program string `json:"program"`
	Hint    string `json:"hint"`
	Line    string `json:"line,omitempty"`
	Href    string `json:"href,omitempty"`
	File    string `json:"file,omitempty"` // the name of what Href gives
}

// openDocument is the selection in every program that is known to read it.
type openDocument struct {
	Title    string   `json:"title"`
	Programs []recipe `json:"programs"`
	Files    []Link   `json:"files"`
	Links    []Link   `json:"links"`
}

// open answers GET /collections/{collectionId}/open: the lines and files that open
// what the filter keeps in other programs.
func (s *Server) open(c echo.Context) error {
	a, err := s.ask(c, func(col *collection) *Resource { return col.open })
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	doc := openDocument{
		Title:    a.col.Title.In(a.lang) + ": " + word(a.lang, "doc.open_in"),
		Programs: a.recipes(),
		Files:    a.fileLinks(a.inLanguage(a.selection())),
		Links:    a.selfAndAlternates(),
	}
	if a.isHTML() {
		return a.sendPage("open", page{Title: doc.Title, Crumbs: a.col.crumbs(a.lang), Links: doc.Links, Data: doc})
	}
	return a.sendJSON(doc)
}

// selection are the parameters that narrow the data, without those that choose the
// form of this page.
func (a *question) selection() url.Values {
	kept := url.Values{}
	for name, values := range a.params {
		if name != "f" && name != "lang" {
			kept[name] = values
		}
	}
	return kept
}

// recipes are the programs with their lines. The addresses are percent-encoded, so
// they need no escaping within quotes.
func (a *question) recipes() []recipe {
	selection, id := a.inLanguage(a.selection()), a.col.ID
	geoJSON := a.Href("/data/"+id+".geojson", selection)
	service, read := a.Href("/", nil), a.dataHref("/", nil) // ArcGIS adds to the address
	tiles := a.Href(a.col.path()+"/tiles/WebMercatorQuad/tilejson", selection)
	hint := func(program string) string { return word(a.lang, "doc.open."+program) }
	list := []recipe{
		{"QGIS", hint("QGIS"), read, a.Href(a.col.path()+"/open.qlr", selection), id + ".qlr"},
		{"ArcGIS", hint("ArcGIS"), `new OGCFeatureLayer({ url: "` + service + `", collectionId: "` + id + `" })`, geoJSON, id + ".geojson"},
		{"ArcGIS API for Python", hint("ArcGIS API for Python"), `OGCFeatureService("` + a.Href("/OGCFeatureServer", nil) + `")`, "", ""},
		{"GDAL", hint("GDAL"), "ogr2ogr " + id + ".gpkg " + a.gdalSource(read, geoJSON), "", ""},
		{"geopandas", hint("geopandas"), `geopandas.read_file("` + geoJSON + `")`, "", ""},
		{"R (sf)", hint("R (sf)"), `sf::st_read("` + geoJSON + `")`, "", ""},
		{"MapLibre", hint("MapLibre"), `map.addSource("` + id + `", { type: "vector", url: "` + tiles + `" })`, "", ""},
		{"curl", hint("curl"), `curl --compressed -o ` + id + `.geojson "` + geoJSON + `"`, "", ""},
	}
	if slices.ContainsFunc(a.col.files, func(f *fileFormat) bool { return f.extension == excelFile.extension }) {
		csv := a.Href("/data/"+id+".csv", selection)
		list = append(list, recipe{"Excel", hint("Excel"), `= Csv.Document(Web.Contents("` + csv + `"), [Delimiter = ",", Encoding = 65001])`,
			a.Href("/data/"+id+".xlsx", selection), id + ".xlsx"})
	}
	return list
}

// gdalSource is the service, page by page, or where the selection needs parameters
// that GDAL cannot send the one file that has it.
func (a *question) gdalSource(service, geoJSON string) string {
	if len(a.selection()) == 0 {
		return `"OAPIF:` + strings.TrimSuffix(service, "/") + `" ` + a.col.ID
	}
	return `"` + geoJSON + `"`
}

// fileLinks are the files that hold the whole selection.
func (a *question) fileLinks(selection url.Values) []Link {
	var links []Link
	for _, f := range a.col.files {
		links = append(links, Link{Href: a.Href(f.path, selection), Rel: "enclosure", Type: f.mediaType, Title: LinkTitle(f.title)})
	}
	return links
}
