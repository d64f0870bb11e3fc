//go:build generated

// Command fetch reads a server with the client that oapi-codegen makes of its definition:
// items, facets, a tile, and every file.
package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"

	_ "github.com/oapi-codegen/runtime" // which the generated client needs
)

// answer is what all answers of the client have.
type answer interface {
	StatusCode() int
	GetBody() []byte
}

// fetcher counts what did not come as it should.
type fetcher struct{ failed bool }

func (f *fetcher) fail(what string, why ...any) {
	f.failed = true
	fmt.Println(append([]any{what}, why...)...)
}

// file expects a body that begins so.
func (f *fetcher) file(name, begin string, a answer, err error) {
	if err != nil || a.StatusCode() != http.StatusOK || !bytes.HasPrefix(a.GetBody(), []byte(begin)) {
		f.fail(name, err, a)
	}
}

func main() {
	c, err := NewClientWithResponses(os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	f := &fetcher{}
	f.records(context.Background(), c)
	f.files(context.Background(), c)
	if f.failed {
		os.Exit(1)
	}
	fmt.Println("all fetched")
}

func pointer[T any](v T) *T { return &v }

// records reads what has types.
func (f *fetcher) records(ctx context.Context, c *ClientWithResponses) {
	items, err := c.GetFeaturesFacilitiesWithResponse(ctx, &GetFeaturesFacilitiesParams{Country: pointer("THA"), Limit: pointer(5), Lang: pointer("zh-CN")})
	if err != nil || items.ApplicationgeoJSON200 == nil || len(items.ApplicationgeoJSON200.Features) != 5 || *items.ApplicationgeoJSON200.NumberMatched < 5 {
		f.fail("items", err, items)
	}
	countries, err := c.GetFeaturesCountriesWithResponse(ctx, &GetFeaturesCountriesParams{})
	if err != nil || countries.ApplicationgeoJSON200 == nil || len(countries.ApplicationgeoJSON200.Features) < 10 {
		f.fail("countries", err)
	}
	one, err := c.GetFeatureFacilitiesWithResponse(ctx, "1", nil)
	if err != nil || one.ApplicationgeoJSON200 == nil || one.ApplicationgeoJSON200.Properties == nil {
		f.fail("one record", err, one)
	}
	facets, err := c.GetFacetsFacilitiesWithResponse(ctx, &GetFacetsFacilitiesParams{Sector: pointer("new-energy")})
	if err != nil || facets.JSON200 == nil || len(facets.JSON200.Facets["country"].Buckets) == 0 {
		f.fail("facets", err, facets)
	}
	matrix, err := c.GetMatrixFacilitiesWithResponse(ctx, nil)
	if err != nil || matrix.JSON200 == nil || len(matrix.JSON200.Counts) == 0 {
		f.fail("matrix", err, matrix)
	}
	clusters, err := c.GetClustersFacilitiesWithResponse(ctx, &GetClustersFacilitiesParams{Zoom: 3})
	if err != nil || clusters.ApplicationgeoJSON200 == nil || len(clusters.ApplicationgeoJSON200.Features) == 0 {
		f.fail("clusters", err, clusters)
	}
	refused, err := c.GetFeaturesFacilitiesWithResponse(ctx, &GetFeaturesFacilitiesParams{Country: pointer("nowhere")})
	if err != nil || refused.ApplicationproblemJSON400 == nil || *refused.ApplicationproblemJSON400.Parameter != "country" {
		f.fail("a refusal", err, refused)
	}
}

// files reads what has none.
func (f *fetcher) files(ctx context.Context, c *ClientWithResponses) {
	tile, err := c.AllDatasetVectorGetTileWithResponse(ctx, "0", 0, 0, nil)
	f.file("a tile", "\x1a", tile, err)
	layer, err := c.GetLayerFileFacilitiesWithResponse(ctx, nil)
	f.file("the layer file", "<", layer, err)
	geoJSON, err := c.DownloadFacilitiesGeojsonWithResponse(ctx, nil)
	f.file("GeoJSON", "{", geoJSON, err)
	if geoJSON.ApplicationgeoJSON200 == nil || len(geoJSON.ApplicationgeoJSON200.Features) < 100 {
		f.fail("GeoJSON has no records")
	}
	lines, err := c.DownloadFacilitiesGeojsonlWithResponse(ctx, nil)
	f.file("lines", "{", lines, err)
	csv, err := c.DownloadFacilitiesCsvWithResponse(ctx, &DownloadFacilitiesCsvParams{Bom: pointer(DownloadFacilitiesCsvParamsBom(0))})
	f.file("CSV", "id,", csv, err)
	xlsx, err := c.DownloadFacilitiesXlsxWithResponse(ctx, nil)
	f.file("Excel", "PK", xlsx, err)
	fgb, err := c.DownloadFacilitiesFgbWithResponse(ctx, nil)
	f.file("FlatGeobuf", "fgb", fgb, err)
	gpkg, err := c.DownloadFacilitiesGpkgWithResponse(ctx, nil)
	f.file("GeoPackage", "SQLite", gpkg, err)
	kml, err := c.DownloadFacilitiesKmlWithResponse(ctx, nil)
	f.file("KML", "<?xml", kml, err)
	parquet, err := c.DownloadFacilitiesParquetWithResponse(ctx, nil)
	f.file("GeoParquet", "PAR1", parquet, err)
	countries, err := c.DownloadCountriesGeojsonWithResponse(ctx, nil)
	f.file("GeoJSON of countries", "{", countries, err)
	outlines, err := c.DownloadCountriesFgbWithResponse(ctx, nil)
	f.file("FlatGeobuf of countries", "fgb", outlines, err)
	table, err := c.DownloadCountriesGpkgWithResponse(ctx, nil)
	f.file("GeoPackage of countries", "SQLite", table, err)
}
