package pages

import (
	"encoding/json"

	"github.com/labstack/echo/v4"

	"innoatlas/api"
	"innoatlas/geo"
)

var coverageResource = api.NewResource("application/json", api.AlwaysCheck)

// coverage answers GET /languages: how much of the records readers of each language get in it.
func (p *pages) coverage(c echo.Context) error {
	a, err := p.server.Answer(c, coverageResource)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	body, err := p.covered.of(a, p.store)
	if err != nil {
		return err
	}
	return a.Send(body)
}

// keptCoverage is that of the last revision it was asked of: it takes reading every record.
type keptCoverage struct {
	turn     chan struct{} // holds one while somebody reads or makes it
	revision string
	body     []byte
}

func newKeptCoverage() *keptCoverage { return &keptCoverage{turn: make(chan struct{}, 1)} }

func (k *keptCoverage) of(a *api.Answer, store geo.Store) ([]byte, error) {
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-a.Context().Done():
		return nil, a.Context().Err()
	}
	if revision := a.Catalog().Revision; k.body == nil || k.revision != revision {
		body, err := makeCoverage(a, store)
		if err != nil {
			return nil, err
		}
		now, err := store.Catalog(a.Context())
		if err != nil || now.Revision != revision { // it may be of newer records than its name says
			return body, err
		}
		k.revision, k.body = revision, body
	}
	return k.body, nil
}

func makeCoverage(a *api.Answer, store geo.Store) ([]byte, error) {
	facilities := a.Catalog().Collection(geo.Facilities.ID)
	c := geo.NewCoverage(a.Catalog().Places, facilities.OwnFields())
	for f, err := range a.InTurn(store.All(a.Context(), geo.Query{Collection: facilities})) {
		if err != nil {
			return nil, err
		}
		c.Add(f.(*geo.Facility))
	}
	return json.Marshal(c)
}
