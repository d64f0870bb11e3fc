package api

import (
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
)

// clustersResource is how the clusters of a collection are asked for.
func clustersResource(filters parameters) *Resource {
	res := newResource(AlwaysCheck, []*representation{geoJSONFormat}, slices.Concat(filters, parameters{zoomParameter})...)
	res.stamped, res.kept = true, true
	return res
}

// clusters answers GET /collections/facilities/clusters: what a map of that zoom
// draws, as GeoJSON. A cluster of one is the facility itself; how many were left
// out for want of a position is in numberWithoutPosition.
func (s *Server) clusters(c echo.Context) error {
	a, err := s.ask(c, func(col *collection) *Resource { return col.clusters })
	if err != nil {
		return err
	}
	zoom, err := readZoom(a.params)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	return s.keep(a.Answer, func() error { return s.sendClusters(a, zoom) })
}

func (s *Server) sendClusters(a *question, zoom int) error {
	found, err := s.store.Clusters(a.Context(), a.q, zoom)
	if err != nil {
		return err
	}
	turn := a.turns.brief
	if large := a.turns.ofRecords(a.col.Collection, len(found.Clusters)); large != nil {
		turn = large
	}
	if err := a.begin(turn); err != nil {
		return err
	}
	buf := takeBuffer()
	defer buf.giveBack()
	buf.b = appendClusters(buf.b, a, found, zoom, s.cfg.Now())
	return a.Send(buf.b)
}

// appendClusters writes clusters as a FeatureCollection.
func appendClusters(b []byte, a *question, found geo.Clusters, zoom int, now time.Time) []byte {
	b = append(b, `{"type":"FeatureCollection","zoom":`...)
	b = strconv.AppendInt(b, int64(zoom), 10)
	b = strconv.AppendInt(append(b, `,"numberMatched":`...), int64(found.Matched), 10)
	b = strconv.AppendInt(append(b, `,"numberReturned":`...), int64(len(found.Clusters)), 10)
	b = strconv.AppendInt(append(b, `,"numberWithoutPosition":`...), int64(found.WithoutPosition), 10)
	b = appendTimeStamp(b, now)
	b = appendLinks(append(b, `,"links":`...), a.selfAndAlternates())
	b = append(b, `,"features":[`...)
	shown := a.shown(a.col.Collection)
	for i, cluster := range found.Clusters {
		if i > 0 {
			b = append(b, ',')
		}
		cluster.Feature = shown.facility(cluster.Feature)
		b = shown.json.AppendCluster(b, cluster)
	}
	return append(b, "]}"...)
}
