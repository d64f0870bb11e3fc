package pages

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/texts"
)

const (
	feedType = "application/atom+xml"

	// feedEntries is how many entries a feed has at most, and feedChanges how many changes they are made
	// of: a revision may have changed several parts of a record.
	feedEntries, feedChanges = 50, 400
)

var feedResource = api.NewResource(feedType, api.AlwaysCheck)

// atomFeed is a feed (RFC 4287).
type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Updated   string      `xml:"updated"`
	Author    atomPerson  `xml:"author"`
	Links     []atomLink  `xml:"link"`
	Generator string      `xml:"generator"`
	Entries   []atomEntry `xml:"entry"`
}

type atomEntry struct {
	ID      string     `xml:"id"`
	Title   string     `xml:"title"`
	Updated string     `xml:"updated"`
	Author  atomPerson `xml:"author"`
	Link    atomLink   `xml:"link"`
	Summary string     `xml:"summary"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

// feed answers GET /feed.atom: the newest changes of facilities. With a filter they are those of the
// facilities that it keeps now; of those that were deleted nobody can say whether it would, so they
// are in the feed without a filter alone.
func (p *pages) feed(c echo.Context) error {
	if p.cfg.History == nil {
		return echo.ErrNotFound
	}
	params, _ := readable(c.Request().URL.RawQuery)
	lang := takeLanguage(params, new([]note))
	answer, err := p.server.Document(c, feedResource, lang)
	if err != nil {
		return err
	}
	a := &publicAnswer{Answer: answer, texts: texts.In(answer.Lang()), reading: readingOf(answer), chosen: lang != ""}
	q, err := feedQuery(a, params)
	if err != nil {
		return err
	}
	if a.Fresh() {
		return a.NotModified()
	}
	changes, err := p.feedChanges(a, q, len(params) > 0)
	if err != nil {
		return err
	}
	rows, err := p.changeRowsOf(a, changes)
	if err != nil {
		return err
	}
	if err := a.TakeTurn(); err != nil {
		return err
	}
	var body bytes.Buffer
	body.WriteString(xml.Header)
	if err := xml.NewEncoder(&body).Encode(a.feedOf(rows, params)); err != nil {
		return err
	}
	return a.Send(body.Bytes())
}

// feedQuery reads the filter. One that is not understood is an error: a feed has nobody to tell.
func feedQuery(a *publicAnswer, params url.Values) (geo.Query, error) {
	filters := a.Filters()
	for name, values := range params {
		if values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" }); len(values) == 0 || name == "offset" {
			delete(params, name)
			continue
		}
		if _, missed := filters.Read(name, values); missed != "" {
			return geo.Query{}, &geo.InputError{Param: api.Printable(name), Value: api.Printable(missed), Reason: "is no filter of the facilities, or none of its values"}
		}
	}
	q := filters.Query()
	q.Sort, q.Limit = []geo.SortKey{{Property: "updated", Descending: true}}, feedEntries
	return q, nil
}

// feedChanges are the newest changes. Those of the records that a filter keeps are among those of the
// fifty that were changed last: each of these has one that is as new.
func (p *pages) feedChanges(a *publicAnswer, q geo.Query, filtered bool) ([]geo.Change, error) {
	of := geo.ChangesOf{Collection: geo.Facilities.ID, Newest: true}
	if filtered {
		found, err := p.store.List(a.Context(), q)
		if err != nil {
			return nil, err
		}
		of.IDs = []int64{}
		for _, f := range found.Features {
			id, _ := f.Ref()
			of.IDs = append(of.IDs, id)
		}
	}
	return p.cfg.History.SomeChanges(a.Context(), of, feedChanges)
}

// feedOf makes an entry of all that a revision did to a record.
func (a *publicAnswer) feedOf(rows []ChangeRow, params url.Values) atomFeed {
	query := url.Values{}
	for name, values := range params {
		query[name] = values
	}
	name := a.tag("feed")
	if len(query) > 0 {
		name += "?" + query.Encode()
	}
	if a.chosen {
		query.Set("lang", a.Lang())
	}
	feed := atomFeed{
		Lang: a.Lang(), ID: name, Title: a.texts.T("changes.title") + " · " + a.texts.T("brand"), Updated: time.Unix(0, 0).UTC().Format(time.RFC3339),
		Author: atomPerson{a.texts.T("brand")}, Generator: "innoatlas",
		Links: []atomLink{{"self", feedType, a.Href("/feed.atom", query)}, {"alternate", "text/html", a.Base() + a.changesAt()}},
	}
	byID := map[string]int{}
	for _, row := range rows {
		id := a.tag("facilities/" + strconv.FormatInt(row.ID, 10) + "/" + strconv.FormatInt(row.Revision, 10))
		if at, known := byID[id]; known {
			feed.Entries[at].Summary = row.summary(a.texts) + "\n" + feed.Entries[at].Summary
			continue
		}
		if len(feed.Entries) == feedEntries {
			break
		}
		byID[id] = len(feed.Entries)
		feed.Entries = append(feed.Entries, atomEntry{
			ID: id, Title: row.Record.Text + a.texts.Language.Colon + a.texts.Language.Space + row.What, Updated: row.Time.Format(time.RFC3339Nano),
			Author: atomPerson{cmp.Or(row.Author, a.texts.T("brand"))},
			Link:   atomLink{"alternate", "text/html", a.Base() + a.pageAt("/facilities/", row.Slug)}, Summary: row.summary(a.texts),
		})
	}
	if len(feed.Entries) > 0 {
		feed.Updated = feed.Entries[0].Updated
	}
	return feed
}

// tag is a name that stays (RFC 4151), of whoever has the address of the server.
func (a *publicAnswer) tag(what string) string {
	host := "localhost"
	if u, err := url.Parse(a.Base()); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return "tag:" + host + ",2026:" + what
}

// summary says in a few lines what was changed, and why.
func (r ChangeRow) summary(in texts.Texts) string {
	lines := []string{r.What}
	for _, v := range r.Values {
		lines = append(lines, v.Title+in.Language.Colon+in.Language.Space+strings.TrimSpace(v.Was+" → "+v.Is))
	}
	if r.Reason != "" {
		lines = append(lines, in.T("failed.gone_reason", "reason", r.Reason))
	}
	return strings.Join(lines, "\n")
}
