package api

import (
	"encoding/xml"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

var qlrFormat = &representation{names: []string{"qlr"}, mediaType: "application/x-qgis-layer-definition"}

// qlrResource is how the layer file of a collection is asked for.
func qlrResource(filters parameters) *Resource {
	return &Resource{formats: []*representation{qlrFormat}, parameters: append(slices.Clip(filters), langParameter), cache: AlwaysCheck}
}

// layerFile answers GET /collections/{collectionId}/open.qlr: a file that QGIS opens
// as one layer, with what the filter keeps.
func (s *Server) layerFile(c echo.Context) error {
	a, err := s.ask(c, func(col *collection) *Resource { return col.qlr })
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+a.col.ID+`.qlr"`)
	body, err := xml.MarshalIndent(a.layerDefinition(), "", " ")
	if err != nil {
		return err
	}
	return a.Send(append([]byte("<!DOCTYPE qgis-layer-definition>\n"), body...))
}

// layerDefinition is the root of a .qlr file, as QGIS 3 writes it.
type layerDefinition struct {
	XMLName xml.Name   `xml:"qlr"`
	Group   treeGroup  `xml:"layer-tree-group"`
	Layers  []mapLayer `xml:"maplayers>maplayer"`
}

type treeGroup struct {
	Name     string    `xml:"name,attr"`
	Checked  string    `xml:"checked,attr"`
	Expanded int       `xml:"expanded,attr"`
	Layer    treeLayer `xml:"layer-tree-layer"`
}

type treeLayer struct {
	ID       string `xml:"id,attr"`
	Name     string `xml:"name,attr"`
	Source   string `xml:"source,attr"`
	Provider string `xml:"providerKey,attr"`
	Checked  string `xml:"checked,attr"`
	Expanded int    `xml:"expanded,attr"`
}

type mapLayer struct {
	Type     string   `xml:"type,attr"`
	Geometry string   `xml:"geometry,attr"`
	Renderer []byte   `xml:",innerxml"`
	ID       string   `xml:"id"`
	Source   string   `xml:"datasource"`
	Name     string   `xml:"layername"`
	Title    string   `xml:"title"`
	Abstract string   `xml:"abstract"`
	Provider provider `xml:"provider"`
	SRS      string   `xml:"srs>spatialrefsys>authid"`
}

type provider struct {
	Encoding string `xml:"encoding,attr"`
	Name     string `xml:",chardata"`
}

func (a *question) layerDefinition() layerDefinition {
	name := a.col.Title.In(a.lang)
	id := "innoatlas_" + a.col.ID
	source, provides := a.qgisSource()
	return layerDefinition{
		Group: treeGroup{Checked: "Qt::Checked", Expanded: 1,
			Layer: treeLayer{ID: id, Name: name, Source: source, Provider: provides, Checked: "Qt::Checked", Expanded: 1}},
		Layers: []mapLayer{{
			Type: "vector", Geometry: qgisGeometries[a.col.Geometry], Renderer: format.QGISRenderer(a.shown(a.col.Collection).Collection, a.catalog),
			ID: id, Source: source, Name: name, Title: name, Abstract: a.col.Description.In(a.lang),
			Provider: provider{"UTF-8", provides}, SRS: "EPSG:4326",
		}},
	}
}

// qgisGeometries are the names of QGIS for what the geometries of a layer are.
var qgisGeometries = map[geo.GeometryType]string{geo.Point: "Point", geo.MultiPoint: "Point", geo.LineString: "Line", geo.MultiPolygon: "Polygon"}

// qgisSource is the service itself, so that QGIS loads what is in view; or where a
// filter narrows it, the one file that has the selection: the provider of QGIS
// cannot send the parameters.
func (a *question) qgisSource() (source, provider string) {
	if len(a.selection()) == 0 {
		return " pagingEnabled='true' restrictToRequestBBOX='1' typename='" + a.col.ID + "' url='" + strings.TrimSuffix(a.dataHref("/", nil), "/") + "'", "OAPIF"
	}
	return a.dataHref("/data/"+a.col.ID+".geojson", a.selection()), "ogr"
}
