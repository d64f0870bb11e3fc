package api

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/layout"
)

// schema is a schema object of OpenAPI 3.0; object is any other.
type (
	schema map[string]any
	object map[string]any
)

var apiResource = newResource(AMinute, []*representation{openAPIFormat, htmlFormat})

// apiDefinition answers GET /api (/req/core/api-definition-op).
func (s *Server) apiDefinition(c echo.Context) error {
	a, err := s.Answer(c, apiResource)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	if a.isHTML() {
		return a.sendPage("api", page{
			Title: word(a.lang, "doc.api"), Crumbs: []layout.Label{homeCrumb(a.lang)}, Links: a.selfAndAlternates(), Data: a.describedOperations(),
		})
	}
	return a.sendJSON(a.openAPI(s.info(a)))
}

// operation is one path of the API: what the definition and its page are made of.
type operation struct {
	path, id, summary string
	tag               string
	resource          *Resource
	collection        *collection // nil for documents about the service
	feature           bool        // the path has {featureId}
	gone              bool        // whether it tells of what is gone
	schema            string      // of the JSON body, by its name in components
	mediaTypes        []string    // where the resource's formats do not say
	variables         []object    // of the path, other than {featureId}
}

// operations are all that can be asked for, in the order of a first visit.
func (v *service) operations() []operation {
	ops := []operation{
		{path: "/", id: "getLandingPage", summary: "Landing page; to a browser, the map", tag: "Service", resource: landingResource, schema: "landingPage"},
		{path: "/api", id: "getApiDefinition", summary: "This document", tag: "Service", resource: apiResource, schema: "document"},
		{path: "/conformance", id: "getConformance", summary: "Conformance classes that the server meets", tag: "Service", resource: documentResource, schema: "conformance"},
		{path: "/collections", id: "getCollections", summary: "The collections", tag: "Service", resource: documentResource, schema: "collections"},
	}
	for _, col := range v.collections {
		ops = append(ops, col.operations(v.history)...)
	}
	for _, col := range v.collections {
		for _, f := range col.files {
			ops = append(ops, operation{
				path: f.path, id: "download." + f.name, summary: "All " + f.collection.ID + " that match, as one file: " + f.title, tag: "Downloads",
				resource: f.resource, schema: "featureCollection", mediaTypes: []string{f.mediaType},
			})
		}
	}
	return append(ops, v.tileOperations()...)
}

// operations have literal paths: QGIS and GDAL look for the id of a collection in them.
func (col *collection) operations(history bool) []operation {
	title := col.Title.In("en")
	op := func(path, id, summary, schema string, res *Resource) operation {
		return operation{path: col.path() + path, id: id + "." + col.ID, summary: summary, tag: title, resource: res, collection: col, schema: schema}
	}
	one := op("/items/{featureId}", "getFeature", "One record, by its id or its slug", "feature", col.feature)
	one.feature, one.gone = true, history
	ops := []operation{
		op("", "describeCollection", "The collection", "collection", documentResource),
		op("/items", "getFeatures", "Records, a page at a time", "featureCollection", col.items),
		one,
	}
	if history && col.withHistory(historyResource) != nil {
		ops = append(ops, col.historyOperations(op)...)
	}
	if col.facets != nil {
		ops = append(ops, op("/facets", "getFacets", "How many records have each value", "facets", col.facets))
	}
	if col.matrix != nil {
		ops = append(ops, op("/matrix", "getMatrix", "How many records have each pair of values, as a table", "matrix", col.matrix))
	}
	if col.clusters != nil {
		ops = append(ops, op("/clusters", "getClusters", "What a map of a zoom draws: clusters, and single records", "featureCollection", col.clusters))
	}
	ops = append(ops,
		op("/suggestions", "getSuggestions", "How the words of q are understood, and what else could be meant", "suggestions", col.suggestions),
		op("/open", "openIn", "Lines and files that open what the filter keeps in other programs", "document", col.open),
		op("/open.qlr", "getLayerFile", "A layer file for QGIS", "", col.qlr))
	for _, d := range schemaDocuments {
		ops = append(ops, op(d.path, d.operation, d.title.In(english), "document", schemaResource))
	}
	return ops
}

// historyOperations are those of the changes of the records.
func (col *collection) historyOperations(op func(path, id, summary, schema string, res *Resource) operation) []operation {
	one := op("/items/{featureId}/history", "getHistory", "What became of one record, the newest change first; also of one that was deleted", "history", historyResource)
	one.feature, one.gone = true, true
	all := op("/changes", "getChanges", "Which records were changed since a revision or a time", "changes", changesResource)
	all.gone = true
	return []operation{one, all}
}

// openAPI is the definition in OpenAPI 3.0, the version that clients read.
func (a *Answer) openAPI(info object) object {
	paths, shared := object{}, newSharing()
	for _, op := range a.service.operations() {
		get := a.describe(op, shared)
		paths[op.path] = object{"get": get}
		if op.resource.file {
			paths[op.path] = object{"get": get, "head": describeHead(op, get)}
		}
	}
	server := a.base
	if server == "" {
		server = "/"
	}
	return object{
		"openapi":    "3.0.3",
		"info":       info,
		"servers":    []object{{"url": server}},
		"paths":      paths,
		"components": components(shared, a.service.history),
	}
}

// info says whose API this is, and on what terms its data may be used.
func (s *Server) info(a *Answer) object {
	contact := object{"name": word("en", "doc.title")}
	if a.base != "" { // it has to be absolute
		contact["url"] = a.Href("/", nil)
	}
	if s.cfg.Page.Contact != "" {
		contact["email"] = s.cfg.Page.Contact
	}
	info := object{"title": word("en", "doc.title"), "description": word("en", "doc.description"), "version": s.cfg.Version, "contact": contact}
	if terms := a.Terms(); terms.Licence != "" || terms.LicenceURL != "" {
		license := object{"name": cmp.Or(terms.Licence, terms.LicenceURL)}
		if terms.LicenceURL != "" {
			license["url"] = terms.LicenceURL
		}
		info["license"] = license
	}
	return info
}

// sharing are the parameters that operations refer to, each declared once: there are many
// operations with the same.
type sharing struct {
	names    map[string]string // by what they say
	declared object
}

func newSharing() *sharing {
	return &sharing{map[string]string{}, object{limitParameter.name: limitParameter.declare(nil)}}
}

// reference refers to a parameter. Its name there is that of no schema, since generators make
// types of both. One that says something else in another operation has a number behind it.
func (s *sharing) reference(name string, declared object) object {
	text, err := json.Marshal(declared)
	if err != nil { // texts and numbers can be written
		panic(err)
	}
	known, key := s.names[string(text)], name+"Parameter"
	for n := 2; known == ""; n++ {
		if _, taken := s.declared[key]; !taken {
			s.names[string(text)], s.declared[key], known = key, declared, key
		}
		key = fmt.Sprintf("%sParameter%d", name, n)
	}
	return object{"$ref": "#/components/parameters/" + known}
}

// isInPlace reports a parameter that is declared where it stands: GIS clients look among those of
// the items for the properties that they can filter by.
func (op operation) isInPlace(p parameter) bool {
	return op.collection != nil && op.path == op.collection.path()+"/items" && (p.list || op.collection.Field(p.name) != nil)
}

// describe is an operation object.
func (a *Answer) describe(op operation, shared *sharing) object {
	declared := []object{}
	if op.feature {
		declared = append(declared, object{
			"name": "featureId", "in": "path", "required": true, "description": "The id (a number) or the slug of the record",
			"schema": schema{"type": "string", "minLength": 1},
		})
	}
	declared = append(declared, op.variables...)
	if op.resource.file {
		declared = append(declared, rangeHeader)
	}
	for _, p := range op.resource.parameters {
		if p.name == limitParameter.name { // QGIS looks for a $ref with this name
			declared = append(declared, object{"$ref": "#/components/parameters/limit"})
			continue
		}
		if d := p.declare(a.catalog); op.isInPlace(p) {
			declared = append(declared, d)
		} else {
			declared = append(declared, shared.reference(p.name, d))
		}
	}
	return object{
		"operationId": op.id,
		"summary":     op.summary,
		"tags":        []string{op.tag},
		"parameters":  declared,
		"responses":   op.responses(),
	}
}

// describeHead is the operation that tells how long a file is.
func describeHead(op operation, get object) object {
	head := maps.Clone(get)
	head["operationId"], head["summary"] = "head."+op.id, "The length and the ETag of this file"
	head["parameters"] = slices.DeleteFunc(slices.Clone(head["parameters"].([]object)), func(p object) bool { return p["in"] == rangeHeader["in"] })
	responses := object{}
	for status, response := range head["responses"].(object) {
		responses[status] = response
	}
	delete(responses, "206")
	delete(responses, "416")
	responses["200"] = object{"description": "Its length is in Content-Length, unless a content coding was asked for"}
	head["responses"] = responses
	return head
}

// rangeHeader asks for a part of a file.
var rangeHeader = object{
	"name": "Range", "in": "header", "required": false,
	"description": "One part of the file as it is, in bytes; with If-Range only if the file is still that of an ETag. HEAD tells the length. " +
		"Where Accept-Ranges is none, and for several parts, the answer is the whole file.",
	"schema": schema{"type": "string"}, "example": "bytes=0-16383",
}

// declare is a parameter object. Style and explode are written out: the official
// test suite wants that.
func (p parameter) declare(catalog *geo.Catalog) object {
	declared := object{
		"name": p.name, "in": "query", "required": p.required, "style": "form", "explode": false,
		"description": p.describe(catalog), "schema": p.schema,
	}
	if p.pattern != nil {
		s := maps.Clone(p.schema)
		s["pattern"] = p.pattern(catalog)
		declared["schema"] = s
	}
	if p.sample != nil {
		declared["example"] = p.sample(catalog)
	}
	if p.example != nil {
		declared["example"] = p.example
	}
	return declared
}

func (p parameter) describe(catalog *geo.Catalog) string {
	if p.values == nil {
		return p.description
	}
	return p.description + " The data set has " + strings.Join(p.values(catalog), ", ") + "."
}

// types are the media types that an operation answers with.
func (op operation) types() []string {
	if op.mediaTypes != nil {
		return op.mediaTypes
	}
	var types []string
	for _, f := range op.resource.formats {
		types = append(types, f.mediaType)
	}
	return types
}

// body is the schema of an answer in a media type: what is no JSON is a text, or bytes. The
// lines of GeoJSON are bytes too: the Python client reads as text only what is text/….
func (op operation) body(mediaType string) schema {
	switch {
	case mediaType == jsonFormat.mediaType || strings.Contains(mediaType, "+json"):
		return reference(op.schema)
	case strings.HasPrefix(mediaType, "text/"):
		return textSchema
	}
	return schema{"type": "string", "format": "binary"}
}

func (op operation) responses() object {
	content := members{} // in their order: generated clients take the first for what they get
	for _, t := range op.types() {
		content = append(content, member{t, schema{"schema": op.body(t)}})
	}
	responses := object{
		"200": object{"description": op.summary, "content": content},
		"304": object{"description": "The answer is the one that If-None-Match names"},
	}
	for _, f := range failures {
		responses[f.status] = object{"$ref": "#/components/responses/" + f.name}
	}
	if op.resource.file {
		responses["206"] = object{"description": "The part of the file that Range asks for", "content": content}
		responses["412"] = object{"$ref": "#/components/responses/preconditionFailed"}
		responses["416"] = object{"$ref": "#/components/responses/rangeNotSatisfiable"}
	}
	if op.feature || op.variables != nil {
		responses["404"] = object{"$ref": "#/components/responses/notFound"}
	}
	if op.gone {
		responses["308"] = object{"description": "The record has another slug now, or was merged into another one: Location"}
		responses["410"] = object{"$ref": "#/components/responses/gone"}
	}
	return responses
}
