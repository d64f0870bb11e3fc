// Package api serves the data over HTTP: OGC API - Features Part 1 (OGC
// 17-069r4) as JSON, GeoJSON and HTML, facets, clusters, downloads of a whole
// selection, the API definition (OpenAPI 3.0), and the map page.
//
// One file answers one resource. A handler reads (params.go), asks the store and
// encodes; what all answers share is settled in answer.go, and errors are
// written in problem.go only. The package knows the geo.Store contract and no
// store.
package api
