package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"innoatlas/geo"
	"innoatlas/layout"
)

// mostChanges is how many changes a page has at most, whatever limit says: each may have a whole record.
const mostChanges = 1000

var (
	beforeParameter = parameter{
		name: "before", description: "Only changes before the one of this number; the next link has it.", schema: schema{"type": "integer", "minimum": 1},
	}
	afterNumberParameter = parameter{
		name: "after", description: "Only changes after the one of this number; the next link has it.", schema: schema{"type": "integer", "minimum": 1},
	}
	sinceParameter = parameter{
		name: "since",
		description: "Only changes after this revision (a number, as an answer before had it in revision) or after this time (RFC 3339, or a day: its beginning in UTC). " +
			"Without it all that are known, the oldest first. What is not known any more, or never was, is 410: read the items as a whole then, and ask from the revision " +
			"that it names.",
		schema: schema{"type": "string", "minLength": 1},
	}
	historyResource = keptResource(limitParameter, beforeParameter)
	changesResource = keptResource(sinceParameter, limitParameter, afterNumberParameter)
)

// keptResource is a list of changes, which stays the same until the next revision.
func keptResource(own ...parameter) *Resource {
	res := newResource(AlwaysCheck, []*representation{jsonFormat, htmlFormat}, own...)
	res.kept = true
	return res
}

// withHistory is the resource where the records are ones that are written; nil where they follow
// of others.
func (col *collection) withHistory(res *Resource) *Resource {
	if col.Is(geo.Partnerships) {
		return nil
	}
	return res
}

// historyDocument is what became of one record, the newest change first.
type historyDocument struct {
	Slug    string   `json:"slug"`
	Changes []Change `json:"changes"`
	Links   []Link   `json:"links"`
}

// changesDocument is what became of the records of a collection, the oldest change first.
type changesDocument struct {
	Revision int64           `json:"revision"` // that the answer reaches to, where it has no next link
	Changes  []changeSummary `json:"changes"`
	Links    []Link          `json:"links"`
}

// changeSummary says what was changed, and not from what to what.
type changeSummary struct {
	ID       int64        `json:"id,omitempty"`
	Slug     string       `json:"slug"`
	Op       geo.ChangeOp `json:"op"`
	Part     string       `json:"part,omitempty"`
	Revision int64        `json:"revision"`
	Time     time.Time    `json:"time"`
	Version  int          `json:"version,omitempty"`
	Fields   []string     `json:"fields"`
}

// history answers GET /collections/{collectionId}/items/{featureId}/history.
func (s *Server) history(c echo.Context) error {
	if s.cfg.History == nil {
		return echo.ErrNotFound
	}
	a, col, err := s.answerOf(c, func(col *collection) *Resource { return col.withHistory(historyResource) })
	if err != nil {
		return err
	}
	ref, err := FeatureRef(c, col.Collection)
	if err != nil {
		return err
	}
	page, err := a.pageOfChanges("before")
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	err = s.keep(a, func() error { return s.sendHistory(a, col, ref, page) })
	if errors.Is(err, geo.ErrNotFound) {
		return s.missing(c, col, ref, "/history", err)
	}
	return err
}

// pageOfChanges is which changes an answer has: so many, beyond the one of a number.
type pageOfChanges struct {
	limit  int
	number int64
}

func (a *Answer) pageOfChanges(cursor string) (page pageOfChanges, err error) {
	reader := a.reader(geo.Facilities)
	reader.Limit = rowsOfAPage
	if text := a.params.Get("limit"); text != "" {
		if err := reader.readLimit(text); err != nil {
			return page, err
		}
	}
	page.limit = min(reader.Limit, mostChanges)
	if text := a.params.Get(cursor); text != "" {
		n, ok := parseInteger(text)
		if !ok || n < 1 {
			return page, &geo.InputError{Param: cursor, Value: text, Reason: "write the number that the next link has"}
		}
		page.number = n
	}
	return page, nil
}

func (s *Server) sendHistory(a *Answer, col *collection, ref geo.Ref, page pageOfChanges) error {
	of, slug, err := s.changesOf(a, col, ref)
	if err != nil {
		return err
	}
	of.Newest, of.Before = true, page.number
	doc := historyDocument{Slug: slug, Links: a.selfAndAlternates()}
	if doc.Changes, doc.Links, err = s.somePublic(a, of, page.limit, "before", doc.Links); err != nil {
		return err
	}
	item := url.PathEscape(slug)
	doc.Links = append(doc.Links, Link{Href: a.dataHref(col.path()+"/items/"+item, nil), Rel: "latest-version", Type: geoJSONFormat.mediaType, Title: "link.record_itself"})
	if a.isHTML() {
		return a.sendPage("changes", pageOfChangesIn(a, col, word(a.lang, "changes.of_record")+": "+slug, doc.Links, doc.Changes))
	}
	return a.sendJSON(doc)
}

// changesOf chooses the changes of a record, also of one that was deleted.
func (s *Server) changesOf(a *Answer, col *collection, ref geo.Ref) (of geo.ChangesOf, slug string, err error) {
	of.Collection = col.ID
	found, err := s.store.Get(a.Context(), col.Collection, ref)
	if err == nil {
		of.ID, slug = found.Ref()
		return of, slug, nil
	}
	if !errors.Is(err, geo.ErrNotFound) {
		return of, "", err
	}
	switch gone, failed := s.cfg.History.Gone(a.Context(), col.Collection, ref); {
	case failed != nil:
		return of, "", failed
	case gone.Now != "":
		return of, "", err
	}
	if of.Slug, of.ID, slug = ref.Slug, ref.ID, ref.Slug; slug == "" {
		slug = strconv.FormatInt(ref.ID, 10)
	}
	return of, slug, nil
}

// somePublic reads a page of changes as everybody may see them, and adds the link to the next one,
// which has the number of the last as its cursor. A page may have fewer than the limit, where there
// are changes that not everybody may see.
func (s *Server) somePublic(a *Answer, of geo.ChangesOf, limit int, cursor string, links []Link) ([]Change, []Link, error) {
	all, err := s.cfg.History.SomeChanges(a.Context(), of, limit+1)
	if err != nil {
		return nil, nil, err
	}
	if len(all) > limit {
		all = all[:limit]
		next := a.Href(a.path, a.with(cursor, strconv.FormatInt(all[limit-1].Number, 10)))
		links = append(links, Link{Href: next, Rel: "next", Type: a.format.mediaType, Title: "link.next"})
	}
	seen := []Change{}
	for _, c := range all {
		if change, ok := a.PublicChange(c); ok {
			seen = append(seen, change)
		}
	}
	return seen, links, nil
}

// changes answers GET /collections/{collectionId}/changes.
func (s *Server) changes(c echo.Context) error {
	if s.cfg.History == nil {
		return echo.ErrNotFound
	}
	a, col, err := s.answerOf(c, func(col *collection) *Resource { return col.withHistory(changesResource) })
	if err != nil {
		return err
	}
	page, err := a.pageOfChanges("after")
	if err != nil {
		return err
	}
	of := geo.ChangesOf{Collection: col.ID, Number: page.number}
	if err := ReadSince(&of, a.params.Get("since")); err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	return s.keep(a, func() error { return s.sendChanges(a, col, of, page.limit) })
}

// ReadSince reads from where on changes are asked for: a revision, or a time.
func ReadSince(of *geo.ChangesOf, text string) error {
	if text == "" {
		return nil
	}
	if n, ok := parseInteger(text); ok && n >= 0 {
		of.After = n
		return nil
	}
	at, err := time.Parse(time.RFC3339, strings.ReplaceAll(text, " ", "+")) // a plus that was not escaped
	if err != nil {
		at, err = time.Parse(time.DateOnly, text) // the beginning of that day
	}
	if err != nil {
		return &geo.InputError{Param: "since", Value: text, Reason: "write the number of a revision, a day (2026-01-01), or a time as RFC 3339 has it: 2026-01-01T00:00:00Z"}
	}
	of.Since = at
	return nil
}

func (s *Server) sendChanges(a *Answer, col *collection, of geo.ChangesOf, limit int) error {
	kept, err := s.cfg.History.Kept(a.Context())
	if err != nil {
		return err
	}
	if isUnknown(of, a.params.Has("since"), kept) {
		return &statusError{http.StatusGone, fmt.Sprintf("the history does not know all changes since then: it has those since=%d to %d. "+
			"Read %s/items as a whole, and ask with since=%d from then on", kept.After, kept.Last, col.path(), kept.Last)}
	}
	doc := changesDocument{Revision: kept.Last, Changes: []changeSummary{}, Links: a.selfAndAlternates()}
	of.To = kept.Last // what comes meanwhile is after the revision that the answer names
	changes, links, err := s.somePublic(a, of, limit, "after", doc.Links)
	if err != nil {
		return err
	}
	doc.Links = append(links, Link{Href: a.dataHref(col.path(), nil), Rel: "collection", Type: "application/json", Title: "link.collection"})
	if a.isHTML() {
		return a.sendPage("changes", pageOfChangesIn(a, col, word(a.lang, "changes.title"), doc.Links, changes))
	}
	for _, c := range changes {
		doc.Changes = append(doc.Changes, changeSummary{c.ID, c.Slug, c.Op, c.Part, c.Revision, c.Time, c.Version, c.names()})
	}
	return a.sendJSON(doc)
}

// isUnknown reports changes that the history does not have.
func isUnknown(of geo.ChangesOf, asked bool, kept geo.Kept) bool {
	switch {
	case !asked:
		return false
	case !of.Since.IsZero():
		return kept.From.IsZero() || of.Since.Before(kept.From)
	}
	return of.After < kept.After || of.After > kept.Last
}

// changesPage is the table of changes.
type changesPage struct {
	Rows []changeRow
	Next string
}

// changeRow is a change in words.
type changeRow struct {
	Change
	Record layout.Label
	What   string // added, changed, deleted, or which part was changed
	Fields []fieldRow
}

type fieldRow struct{ Title, Lang, Was, Is string }

// pageOfChangesIn is a page of changes.
func pageOfChangesIn(a *Answer, col *collection, title string, links []Link, changes []Change) page {
	data := changesPage{}
	for _, c := range changes {
		row := changeRow{Change: c, What: a.WhatChanged(c), Record: layout.Label{Text: c.Slug, Href: a.dataHref(col.path()+"/items/"+url.PathEscape(c.Slug), nil)}}
		if c.Op != geo.Added {
			for _, f := range c.Fields {
				row.Fields = append(row.Fields, fieldRow{a.FieldTitle(c.Collection, f), f.Lang, a.ShownIn(c.Collection, f, f.Was), a.ShownIn(c.Collection, f, f.Is)})
			}
		}
		data.Rows = append(data.Rows, row)
	}
	for _, l := range links {
		if l.Rel == "next" {
			data.Next = l.Href
		}
	}
	return page{Title: title, Crumbs: col.crumbs(a.lang), Links: links, Data: data}
}

// WhatChanged says in words what happened.
func (a *Answer) WhatChanged(c Change) string {
	switch c.Part {
	case "sources":
		return word(a.lang, "card.sources")
	case "texts":
		return word(a.lang, "changes.texts")
	case "links":
		return word(a.lang, "institutions.title")
	case "figures":
		return word(a.lang, "changes.figures")
	case "history":
		return word(a.lang, "changes.purged")
	}
	return word(a.lang, "changes."+string(c.Op))
}

// FieldTitle is what a changed property is called; of a row of a part, what the part is.
func (a *Answer) FieldTitle(collection string, f FieldChange) string {
	if col, err := a.service.find(collection); err == nil {
		if field := col.Field(f.Name); field != nil {
			return a.titleOf(field)
		}
	}
	if f.Name == "position" {
		return word(a.lang, "doc.position")
	}
	return a.WhatChanged(Change{Part: f.Name})
}
