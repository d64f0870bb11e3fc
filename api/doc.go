// Package api serves the data over HTTP: OGC API - Features (OGC 17-069r4) and Tiles (OGC
// 20-057), each resource as JSON and HTML, facets, clusters, the matrix, files of a whole
// selection, and the API definition (OpenAPI 3.0). The pages for people are in package
// pages, which answers by the same request layer (pages.go).
//
// A handler reads the parameters (params.go), asks the store and encodes, in the file of
// its resource; what all answers share is settled in answer.go, and what an error says in
// problem.go. The package knows the contract geo.Store and no store.
package api
