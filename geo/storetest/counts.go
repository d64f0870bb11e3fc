package storetest

import (
	"errors"
	"testing"

	"innoatlas/geo"
)

func (c contract) testFacets(t *testing.T, q geo.Query) {
	t.Helper()
	got, err := c.store.Facets(t.Context(), q)
	if err != nil {
		t.Fatalf("Facets: %v\n%#v", err, q)
	}
	if d := diff(c.facets(q), got); d != "" {
		t.Fatalf("Facets (-want +got):\n%s\n%#v", d, q)
	}
}

// matrices are by lists as rows, as columns, and by neither; by collections.
var matrices = map[string][][2]geo.Dimension{
	geo.Facilities.ID:   {{geo.ByCountry, geo.BySector}, {geo.ByTakesPart, geo.ByKind}, {geo.ByStatus, geo.ByInstitution}},
	geo.Institutions.ID: {{geo.ByCountry, geo.ByType}},
	geo.Partnerships.ID: {{geo.ByInstitutionCountry, geo.ByCountry}, {geo.ByInstitution, geo.BySector}, {geo.ByRole, geo.ByKind}},
	geo.Projects.ID:     {{geo.ByKind, geo.ByTakesPart}, {geo.ByInstitution, geo.ByCountry}},
}

func (c contract) testMatrices(t *testing.T, q geo.Query) {
	t.Helper()
	for _, by := range matrices[q.Collection.ID] {
		got, err := c.store.Matrix(t.Context(), q, by[0], by[1])
		if err != nil {
			t.Fatalf("Matrix of %s: %v\n%#v", by, err, q)
		}
		if d := diff(c.matrix(q, by[0], by[1]), got); d != "" {
			t.Fatalf("Matrix of %s (-want +got):\n%s\n%#v", by, d, q)
		}
	}
}

func (c contract) testClusters(t *testing.T, q geo.Query, zoom int) {
	t.Helper()
	got, err := c.store.Clusters(t.Context(), q, zoom)
	if err != nil {
		t.Fatalf("Clusters at zoom %d: %v\n%#v", zoom, err, q)
	}
	if d := diff(c.clusters(q, zoom), got); d != "" {
		t.Fatalf("Clusters at zoom %d (-want +got):\n%s\n%#v", zoom, d, q)
	}
}

func (c contract) testTooManyClusters(t *testing.T) {
	q := geo.Query{Collection: c.collection(geo.Facilities)}
	_, err := c.store.Clusters(t.Context(), q, geo.MaxZoom)
	var input *geo.InputError
	if !errors.As(err, &input) || *input != *geo.TooManyClusters(geo.MaxZoom).(*geo.InputError) {
		t.Errorf("Clusters at zoom %d = %v, want %v", geo.MaxZoom, err, geo.TooManyClusters(geo.MaxZoom))
	}
	c.testClusters(t, q, 2)
	c.testFacets(t, geo.Query{Collection: geo.Countries}) // of which there are none
	q.Filter = geo.BBox{-180, -90, 170, 90}.Filter()      // 9,900 of them
	c.testClusters(t, q, geo.MaxZoom)
}

func (c contract) testEmpty(t *testing.T) {
	c.testCatalog(t)
	for _, collection := range geo.Collections {
		c.testQuery(t, geo.Query{Collection: collection, Limit: 10})
		if _, err := c.store.Get(t.Context(), collection, geo.Ref{ID: 1}); !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("Get(%s) = %v, want ErrNotFound", collection, err)
		}
	}
}
