package api

import (
	"maps"

	"innoatlas/geo"
)

// components are what the operations share.
func components(shared *sharing, history bool) object {
	all := object{
		"parameters": shared.declared,
		"schemas":    schemas(),
		"responses":  problemResponses(),
	}
	if history {
		links := listOf(reference("link"))
		maps.Copy(all["schemas"].(object), object{"history": historySchema(links), "changes": changesSchema(links)})
		all["responses"].(object)["gone"] = problemResponse("It is not there any more; the detail says since when and why, or what to do")
	}
	return all
}

// failures are what any operation may answer, beside that there is no such record.
var failures = []struct{ status, name, description string }{
	{"400", "badRequest", "A parameter is unknown, or has a value that is not allowed"},
	{"405", "methodNotAllowed", "The data can only be read: with GET, HEAD and OPTIONS"},
	{"413", "contentTooLarge", "The request has a body, which is not read"},
	{"414", "uriTooLong", "The address is longer than 16 KiB, or too long for the link to the next page of a file"},
	{"415", "unsupportedMediaType", "The request has a Content-Encoding, which is not read"},
	{"500", "failed", "The server failed; its log says more under the request id"},
	{"503", "unavailable", "The data cannot be read just now"},
}

func problemResponses() object {
	responses := object{
		"notFound":            problemResponse("There is no such record"),
		"preconditionFailed":  problemResponse("The file is none of those that If-Match names"),
		"rangeNotSatisfiable": problemResponse("The file has no such part; Content-Range tells its length"),
	}
	for _, f := range failures {
		responses[f.name] = problemResponse(f.description)
	}
	return responses
}

func problemResponse(description string) object {
	return object{
		"description": description,
		"content": members{
			{problemFormat.mediaType, schema{"schema": reference("problem")}},
			{htmlFormat.mediaType, schema{"schema": textSchema}},
		},
	}
}

func reference(name string) schema { return schema{"$ref": "#/components/schemas/" + name} }

func listOf(items schema) schema { return schema{"type": "array", "items": items} }

func objectOf(required []string, properties object) schema {
	s := schema{"type": "object", "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

var (
	textSchema    = schema{"type": "string"}
	integerSchema = schema{"type": "integer"}
	numberSchema  = schema{"type": "number"}
)

// schemas describe the JSON bodies.
func schemas() object {
	links := listOf(reference("link"))
	return object{
		"link":     objectOf([]string{"href", "rel"}, object{"href": textSchema, "rel": textSchema, "type": textSchema, "title": textSchema}),
		"document": schema{"type": "object"},
		"landingPage": objectOf([]string{"title", "links"}, object{
			"title": textSchema, "description": textSchema, "attribution": textSchema, "license": textSchema, "links": links,
		}),
		"conformance":       objectOf([]string{"conformsTo"}, object{"conformsTo": listOf(textSchema), "links": links}),
		"collections":       objectOf([]string{"collections", "links"}, object{"collections": listOf(reference("collection")), "links": links}),
		"collection":        collectionSchema(links),
		"geometry":          geometrySchema(),
		"feature":           featureSchema(links),
		"featureCollection": featureCollectionSchema(links),
		"facets":            facetsSchema(links),
		"matrix":            matrixSchema(links),
		"suggestions":       suggestionsSchema(links),
		"problem": objectOf([]string{"type", "title", "status", "detail"}, object{
			"type": textSchema, "title": textSchema, "status": integerSchema, "detail": textSchema, "parameter": textSchema, "requestId": textSchema,
		}),
	}
}

func collectionSchema(links schema) schema {
	instant := schema{"type": "string", "format": "date-time", "nullable": true}
	return objectOf([]string{"id", "links"}, object{
		"id": textSchema, "title": textSchema, "description": textSchema, "attribution": textSchema, "license": textSchema, "itemType": textSchema, "itemCount": integerSchema,
		"crs": listOf(textSchema), "storageCrs": textSchema, "links": links,
		"extent": objectOf(nil, object{
			"spatial":  objectOf(nil, object{"bbox": listOf(listOf(numberSchema)), "crs": textSchema}),
			"temporal": objectOf(nil, object{"interval": listOf(listOf(instant)), "trs": textSchema}),
		}),
	})
}

// geometrySchema is a point, a line, an outline, or null.
func geometrySchema() schema {
	s := objectOf([]string{"type", "coordinates"}, object{
		"type":        schema{"type": "string", "enum": []string{"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}},
		"coordinates": schema{"type": "array", "items": schema{}},
	})
	s["nullable"] = true
	return s
}

func featureSchema(links schema) schema {
	return objectOf([]string{"type", "geometry", "properties"}, object{
		"type": schema{"type": "string", "enum": []string{"Feature"}}, "id": integerSchema,
		"geometry": reference("geometry"), "properties": schema{"type": "object", "nullable": true}, "links": links,
	})
}

func featureCollectionSchema(links schema) schema {
	return objectOf([]string{"type", "features"}, object{
		"type":     schema{"type": "string", "enum": []string{"FeatureCollection"}},
		"features": listOf(reference("feature")), "links": links,
		"timeStamp": schema{"type": "string", "format": "date-time"}, "numberMatched": integerSchema, "numberReturned": integerSchema,
		"numberWithoutPosition": integerSchema, "zoom": integerSchema,
	})
}

var bucketsSchema = listOf(objectOf([]string{"value", "count"}, object{
	"value": schema{"type": "string", "nullable": true}, "count": integerSchema, "label": textSchema,
}))

func matrixSchema(links schema) schema {
	return objectOf([]string{"numberMatched", "rows", "columns", "counts"}, object{
		"numberMatched": integerSchema, "links": links, "rows": bucketsSchema, "columns": bucketsSchema, "counts": listOf(listOf(integerSchema)),
	})
}

func suggestionsSchema(links schema) schema {
	return objectOf([]string{"q", "numberMatched", "understood", "rest", "words", "corrections"}, object{
		"q": textSchema, "numberMatched": integerSchema, "rest": textSchema, "links": links,
		"understood": listOf(objectOf([]string{"text", "parameter", "values"}, object{
			"text": textSchema, "parameter": textSchema, "values": listOf(textSchema), "labels": listOf(textSchema),
		})),
		"words": listOf(objectOf([]string{"text", "numberMatched", "numberMatchedWithout"}, object{
			"text": textSchema, "numberMatched": integerSchema, "numberMatchedWithout": integerSchema,
		})),
		"corrections": listOf(objectOf([]string{"q", "numberMatched"}, object{"q": textSchema, "numberMatched": integerSchema})),
	})
}

// changeSchema is one change with these members beside those that all have.
func changeSchema(more object) schema {
	members := object{
		"id": integerSchema, "slug": textSchema, "op": schema{"type": "string", "enum": []geo.ChangeOp{geo.Added, geo.Changed, geo.Deleted}},
		"part": textSchema, "revision": integerSchema, "time": schema{"type": "string", "format": "date-time"}, "version": integerSchema,
	}
	maps.Copy(members, more)
	return objectOf([]string{"slug", "op", "revision", "time", "fields"}, members)
}

func historySchema(links schema) schema {
	field := objectOf([]string{"name", "was", "is"}, object{"name": textSchema, "lang": textSchema, "was": schema{"nullable": true}, "is": schema{"nullable": true}})
	return objectOf([]string{"slug", "changes"}, object{"slug": textSchema, "links": links, "changes": listOf(changeSchema(object{
		"author": textSchema, "source": textSchema, "line": integerSchema, "reason": textSchema, "fields": listOf(field),
	}))})
}

func changesSchema(links schema) schema {
	return objectOf([]string{"revision", "changes"}, object{"revision": integerSchema, "links": links, "changes": listOf(changeSchema(object{"fields": listOf(textSchema)}))})
}

func facetsSchema(links schema) schema {
	facet := objectOf([]string{"type", "property", "buckets"}, object{
		"type": textSchema, "property": textSchema, "sortedBy": textSchema, "buckets": bucketsSchema,
		"top": schema{"type": "integer", "description": "Where there may be many values: the buckets are so many of the most frequent ones, those that are chosen, and null; " +
			"a filter finds the records of all others"},
	})
	return objectOf([]string{"id", "facets"}, object{
		"id": textSchema, "title": textSchema, "numberMatched": integerSchema, "timeStamp": schema{"type": "string", "format": "date-time"},
		"links": links, "facets": schema{"type": "object", "additionalProperties": facet},
	})
}
