package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/layout"
)

// Resource says how one resource may be asked for.
type Resource struct {
	formats    []*representation // the first is the default
	parameters parameters
	cache      string // Cache-Control
	// stamped says that the JSON holds a timeStamp, so its tag is a weak one.
	stamped bool
	// file says that it can be had in parts (ranges.go), and that no body has a link, but
	// for those that begin with --base-url.
	file bool
	// kept says that finished answers are kept for those who ask the same (finished.go).
	kept bool
}

// Data is checked with the server each time it is used, so an edit shows at once.
// Descriptions may be a minute old: GIS clients keep them, and a day if not told.
const (
	AlwaysCheck = "no-cache"
	AMinute     = "public, max-age=60"
)

// Answer is what is settled about a response before a store is asked.
type Answer struct {
	c        echo.Context // nil while it is made apart from a request, see Server.keep
	ctx      context.Context
	header   http.Header
	turns    *turns
	leave    func()    // the turn of its making, see begin
	made     *finished // where send puts it; nil: it is sent at once
	resource *Resource
	params   url.Values
	service  *service // of the revision
	catalog  *geo.Catalog
	ownTerms geo.Terms // of the operator, in place of those of the catalog
	authors  bool      // whether it says who changed what
	away     error     // why the catalog is the one known before; nil where it was read
	base     string    // what links begin with; empty makes them relative
	path     string    // of the request, escaped, without a slash at the end
	format   *representation
	lang     string
	chosen   string // the language that lang names, in which records are shown; "": as they are
	encoding encoding
	named    map[facetOf]Labels // what labels has made
}

// Answer reads what all resources have in common: the parameters' names, the
// representation, the language and the coding.
func (s *Server) Answer(c echo.Context, res *Resource) (*Answer, error) {
	return s.answerBy(c, func(*service) (*Resource, error) { return res, nil })
}

// answerBy is answer for a resource that depends on the data.
func (s *Server) answerBy(c echo.Context, choose func(*service) (*Resource, error)) (*Answer, error) {
	r := c.Request()
	v, away := s.catalogs.read(r.Context(), s.store)
	if v == nil {
		return nil, away
	}
	res, err := choose(v)
	if err != nil {
		return nil, err
	}
	params, err := parseParameters(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	if res.isPage(r, params) {
		DropTracking(params)
	}
	if err := res.parameters.check(params); err != nil {
		return nil, err
	}
	return s.settleWith(c, v, away, res, params)
}

// settle is answer for parameters whose names are checked.
func (s *Server) settle(c echo.Context, res *Resource, params url.Values) (*Answer, error) {
	v, away := s.catalogs.read(c.Request().Context(), s.store)
	if v == nil {
		return nil, away
	}
	return s.settleWith(c, v, away, res, params)
}

// settleWith is settle for what is known of the data; away is why that may be old.
func (s *Server) settleWith(c echo.Context, v *service, away error, res *Resource, params url.Values) (*Answer, error) {
	r := c.Request()
	a := &Answer{
		c: c, ctx: r.Context(), header: c.Response().Header(), turns: &s.turns, service: v, catalog: v.catalog, away: away,
		resource: res, params: params, ownTerms: s.cfg.Terms, authors: s.cfg.Authors, base: s.Base(r), path: trimSlash(r.URL.EscapedPath()),
	}
	var err error
	if a.format, err = chooseFormat(res.formats, params.Get("f"), r.Header.Get("Accept")); err != nil {
		return nil, err
	}
	a.chosen, a.lang = LanguageNamed(params.Get(langParameter.name)), a.language()
	if away != nil && !res.kept {
		return nil, away
	}
	if !a.format.packed && !(res.file && wantsPart(r)) { // a part is one of the file as it is
		a.encoding = chooseEncoding(r.Header.Get("Accept-Encoding"))
	}
	a.setHeaders(s.build)
	return a, nil
}

// language is that of the labels: in JSON only lang chooses it, so that a program
// gets the same from everywhere. A document that is an HTML page too has its
// labels in the language of its words.
func (a *Answer) language() string {
	if !a.isHTML() {
		return chooseLanguage(a.params.Get("lang"), nil)
	}
	lang := chooseLanguage(a.params.Get("lang"), a.c.Request().Header)
	if a.resource.formats[0] != htmlFormat { // else it is a page for everyone
		lang = documentLanguage(lang)
	}
	return lang
}

func trimSlash(path string) string {
	if len(path) > 1 {
		return strings.TrimSuffix(path, "/")
	}
	return path
}

var (
	varyByLanguage = []string{"Accept, Accept-Encoding, Accept-Language"}
	vary           = []string{"Accept, Accept-Encoding"}
)

// setHeaders gives the answer its entity tag and says what it depends on: build is what
// made it.
func (a *Answer) setHeaders(build string) {
	r, h, base := a.c.Request(), a.header, a.base
	if a.resource.file { // one for all servers of a revision
		base = ""
	}
	h["Etag"] = []string{entityTag(a.resource.stamped, a.catalog.Revision, build, base, a.path, r.URL.RawQuery,
		a.format.mediaType, a.lang, string(a.encoding))}
	h["Cache-Control"] = []string{a.resource.cache}
	h["Vary"] = vary
	if a.isHTML() || a.params.Has("lang") {
		h["Content-Language"] = []string{a.lang}
	}
	if a.isHTML() {
		// Pages name files of the build they were made by.
		h["Etag"] = []string{entityTag(true, h["Etag"][0], layout.Version())}
		h["Vary"] = varyByLanguage
		h["Content-Security-Policy"] = []string{contentSecurityPolicy}
	}
}

func (a *Answer) isHTML() bool { return a.format == htmlFormat }

func (a *Answer) Context() context.Context { return a.ctx }

// Fresh reports whether the client has this answer already.
func (a *Answer) Fresh() bool { return isFresh(a.c.Request(), a.header) }

func isFresh(r *http.Request, answer http.Header) bool {
	given := r.Header["If-None-Match"]
	return given != nil && matchesTag(given, answer["Etag"][0])
}

// NotModified is the answer to a client that is fresh.
func (a *Answer) NotModified() error { return a.c.NoContent(http.StatusNotModified) }

func (a *Answer) contentType() string {
	// Links have the bare type; browsers and Excel need the encoding of a text too.
	if strings.HasPrefix(a.format.mediaType, "text/") {
		return a.format.mediaType + "; charset=utf-8"
	}
	return a.format.mediaType
}

// Send writes a body that is complete, compressed where that was asked for.
func (a *Answer) Send(body []byte) error {
	f := &finished{[]headerField{{"Content-Type", []string{a.contentType()}}, lengthOf(body)}, body}
	if a.made != nil {
		a.made.header, a.made.body = f.header, slices.Clone(body)
		return nil
	}
	unhold, err := sendingOf(a.c).unsent.hold(body)
	if err != nil {
		return err
	}
	defer unhold()
	if a.encoding != identity {
		if err := a.begin(a.turns.ofPacking(len(body))); err != nil {
			return err
		}
		if f, err = f.packed(a.encoding); err != nil {
			return err
		}
	}
	return f.sendTo(a.c)
}

// buffer is a body in the making. Buffers are kept between answers, those of
// the very largest pages excepted.
type buffer struct{ b []byte }

const largestKept = 16 << 20

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// takeBuffer is called when the answer has its turn: of those that wait, none holds one.
func takeBuffer() *buffer { return buffers.Get().(*buffer) }

func (b *buffer) giveBack() {
	if cap(b.b) <= largestKept {
		b.b = b.b[:0]
		buffers.Put(b)
	}
}

// Write appends; it never fails.
func (b *buffer) Write(p []byte) (int, error) {
	b.b = append(b.b, p...)
	return len(p), nil
}
