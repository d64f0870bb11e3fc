package api

import (
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/geo/tile"
	"innoatlas/singleflight"
	"innoatlas/web"
)

// Server answers HTTP requests about the data of one store. It is an
// http.Handler; timeouts and the listener belong to its caller.
type Server struct {
	store     geo.Store
	cfg       Config
	echo      *echo.Echo
	draining  atomic.Bool
	ready     readyCache
	outlines  tile.Outlines
	catalogs  catalogs
	shelf     *shelf
	makings   singleflight.Group[*finished]
	files     keptFiles
	turns     turns
	unsent    unsent
	refusals  refusals
	strangers strangers
	home      echo.HandlerFunc // for people, see People
	build     string           // see buildOf
}

// New makes the server of a store.
func New(store geo.Store, cfg Config) *Server {
	s := &Server{store: store, cfg: cfg.withDefaults(), echo: echo.New()}
	s.echo.HTTPErrorHandler = s.problem
	s.echo.IPExtractor = echo.ExtractIPDirect()
	// Outermost first: every answer is logged, has the headers, and only then is
	// looked at.
	s.echo.Use(s.observe, secure, guard, s.inTime)
	s.catalogs.history = s.cfg.History != nil
	s.turns = newTurns()
	s.shelf = newShelf(s.cfg.Cache)
	s.files.dir, s.files.limit = s.cfg.TempDir, s.cfg.FileCache
	s.build = buildOf(s.cfg)
	s.routes()
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.answerAtOnce(w, r) {
		s.echo.ServeHTTP(w, r)
	}
}

// Drain makes /readyz answer 503 from now on, so that a load balancer sends no
// more requests; all else goes on.
func (s *Server) Drain() { s.draining.Store(true) }

func (s *Server) routes() {
	s.Route("/", s.landing)
	s.Route("/OGCFeatureServer", s.alias)
	s.Route("/api", s.apiDefinition)
	s.Route("/conformance", s.conformance)
	s.Route("/collections", s.collections)
	s.Route("/collections/:collectionId", s.collection)
	s.Route("/collections/:collectionId/items", s.items)
	s.Route("/collections/:collectionId/items/:featureId", s.feature)
	s.Route("/collections/:collectionId/items/:featureId/history", s.history)
	s.Route("/collections/:collectionId/changes", s.changes)
	s.Route("/collections/:collectionId/facets", s.facets)
	s.Route("/collections/:collectionId/matrix", s.matrix)
	s.Route("/collections/:collectionId/clusters", s.clusters)
	s.Route("/collections/:collectionId/suggestions", s.suggestions)
	s.Route("/collections/:collectionId/open", s.open)
	s.Route("/collections/:collectionId/open.qlr", s.layerFile)
	for _, doc := range schemaDocuments {
		s.Route("/collections/:collectionId"+doc.path, s.schemaOf(doc))
	}
	for _, c := range geo.Collections {
		forms := formsOf(c)
		for _, form := range forms {
			s.Route("/data/"+c.ID+"."+form.extension, s.download(c.ID, form.extension))
		}
		for _, form := range append(tableForms, graphMLFile) {
			if !slices.ContainsFunc(forms, func(f fileForm) bool { return f.extension == form.extension }) {
				s.Route("/data/"+c.ID+"."+form.extension, s.noFile(c, form))
			}
		}
	}
	for _, base := range []string{"", "/collections/:collectionId"} {
		s.Route(base+"/tiles", s.tilesets)
		s.Route(base+"/tiles/:tileMatrixSetId", s.tileset)
		s.Route(base+"/tiles/:tileMatrixSetId/tilejson", s.tileJSON)
		s.Route(base+"/tiles/:tileMatrixSetId/:tileMatrix/:tileRow/:tileCol", s.tile)
	}
	s.Route("/tileMatrixSets", s.tileMatrixSets)
	s.Route("/tileMatrixSets/:tileMatrixSetId", s.tileMatrixSet)
	s.Route("/livez", s.livez)
	s.Route("/readyz", s.readyz)
	s.Route("/assets/*", assets)
}

// readMethods are the methods of every resource.
const readMethods = "GET, HEAD, OPTIONS"

// Route registers a resource, with and without a slash at the end: QGIS tries both.
func (s *Server) Route(path string, h echo.HandlerFunc) {
	paths := []string{path, path + "/"}
	if path == "/" || path == "/assets/*" {
		paths = paths[:1]
	}
	for _, p := range paths {
		s.echo.Match([]string{http.MethodGet, http.MethodHead}, p, h)
		s.echo.OPTIONS(p, options)
	}
}

// options answers OPTIONS, a CORS preflight too: QGIS reads from Allow what it
// may edit.
func options(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Allow", readMethods)
	h.Set("Access-Control-Allow-Methods", readMethods)
	h.Set("Access-Control-Allow-Headers", "Accept, Accept-Language, Content-Type, If-None-Match, Range, If-Range")
	h.Set("Access-Control-Max-Age", "86400")
	return c.NoContent(http.StatusOK)
}

// assets answers GET /assets/…, the files of the pages.
func assets(c echo.Context) error {
	r := c.Request()
	if !web.ServeAsset(c.Response(), r, string(chooseEncoding(r.Header.Get("Accept-Encoding")))) {
		return echo.ErrNotFound
	}
	return nil
}
