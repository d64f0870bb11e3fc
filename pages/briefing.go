package pages

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"innoatlas/api"
	"innoatlas/geo"
	"innoatlas/layout"
	"innoatlas/pages/drawing"
)

// What a briefing shows at most: it prints on two pages, and is not to be searched.
const (
	briefingRows    = 60
	briefingSources = 60
)

// sendCountry sends the briefing of a country.
func (p *pages) sendCountry(a *publicAnswer, found geo.Feature) error {
	country := found.(*geo.Country)
	b := newBriefing(a, geo.List{Dimension: geo.ByCountry, Values: []string{country.Code}})
	b.page.Of, b.page.Country = a.Label(geo.ByCountry, country.Code), true
	b.extent = drawing.Mainland(country.Outline)
	b.figures = country.Figures
	b.page.Own = ownFacts(a.Answer, geo.Countries, country)
	return p.sendBriefing(b, "briefing.country", "briefing.in_country")
}

// sectorBriefing answers GET /sectors/{sector}.
func (p *pages) sectorBriefing(c echo.Context) error {
	a, err := p.publicAnswer(c)
	if err != nil {
		return err
	}
	id := api.PathName(c, "sectorId")
	if geo.FindTerm(a.Catalog().Sectors, id) == nil {
		return api.NotFound("no such sector; there are " + strings.Join(geo.TermIDs(a.Catalog().Sectors), ", "))
	}
	if path := "/sectors/" + url.PathEscape(id); a.Path() != path {
		return a.moved(c, path)
	}
	if a.Fresh() {
		return a.NotModified()
	}
	b := newBriefing(a, geo.List{Dimension: geo.BySector, Values: []string{id}})
	b.page.Of = a.Label(geo.BySector, id)
	return p.sendBriefing(b, "briefing.sector", "briefing.in_sector")
}

// briefing is one in the making.
type briefing struct {
	*publicAnswer
	page       Briefing
	q          geo.Query
	extent     []orb.Bound // what the map shows; the records themselves where it is empty
	facilities []*geo.Facility
	figures    []geo.Figure // of a country
	counts     geo.Facets
	cited      map[string]int // the number of each source that the page lists
}

func newBriefing(a *publicAnswer, chosen geo.List) *briefing {
	b := &briefing{publicAnswer: a, q: geo.Query{Collection: geo.Facilities, Lists: []geo.List{chosen}, Limit: briefingRows}}
	name, value := string(chosen.Dimension), chosen.Values[0]
	b.page.OnMap = a.onMap(name, value)
	for _, file := range api.Files(geo.Facilities, "csv", "xlsx", "geojson") {
		b.page.Downloads = append(b.page.Downloads, layout.Label{Text: file.Text, Href: file.Href + "?" + name + "=" + value})
	}
	b.page.Downloads = inLanguage(b.page.Downloads, b.Lang())
	return b
}

// sendBriefing gathers what the page tells, and sends it.
func (p *pages) sendBriefing(b *briefing, title, count string) error {
	if err := p.gather(b); err != nil {
		return err
	}
	for _, gather := range []func(*briefing) error{p.gatherPart, p.gatherProjects} {
		if err := gather(b); err != nil {
			return err
		}
	}
	if err := b.TakeTurn(); err != nil {
		return err
	}
	b.summarise(count)
	b.addCounts()
	if err := p.drawMap(b); err != nil {
		return err
	}
	b.addSources()
	b.addRows()
	b.addFigures()
	b.page.Updated = date(b.updated())
	b.page.Public = b.public(b.page.Of+" · "+b.texts.T(title), b.page.Summary)
	if chosen := b.q.Lists[0]; b.history {
		b.page.Feed = b.listAt("/feed.atom", string(chosen.Dimension), chosen.Values[0])
	}
	for _, row := range b.page.Rows {
		b.page.Signs = append(b.page.Signs, row.Sign)
	}
	for _, row := range b.page.Taking.Rows {
		b.page.Signs = append(b.page.Signs, row.Sign)
	}
	return b.Render(b.page)
}

// gatherProjects reads the projects of the sector, or in which the country takes part.
func (p *pages) gatherProjects(b *briefing) (err error) {
	d, most := geo.BySector, sectorProjects
	if b.page.Country {
		d, most = geo.ByTakesPart, countryProjects
	}
	b.page.Projects, err = p.timeline(b.publicAnswer, d, b.q.Lists[0].Values[0], most)
	return err
}

// gather reads the records by name. Where all are shown they stand by town, so that
// neighbours on the map are neighbours in the table.
func (p *pages) gather(b *briefing) (err error) {
	if b.counts, err = p.store.Facets(b.Context(), b.q); err != nil {
		return err
	}
	found, _, err := p.listByCountry(b.Context(), b.q, b.Lang())
	if err != nil {
		return err
	}
	for _, f := range found.Features {
		b.facilities = append(b.facilities, b.reading.Facility(f.(*geo.Facility)))
	}
	b.page.Matched = found.Matched
	if found.More {
		b.page.All = b.page.OnMap + "&view=list"
		b.page.AllAddress = b.Base() + b.page.All
		return nil
	}
	slices.SortStableFunc(b.facilities, func(x, y *geo.Facility) int {
		return cmp.Or(untowned(x)-untowned(y), byName(b.Lang(), town(x), town(y)))
	})
	return nil
}

// town is the town, or where no source names it, the province.
func town(f *geo.Facility) string { return cmp.Or(f.City, f.Admin1) }

// townOf is that, with its language where that is not the page's.
func townOf(f *geo.Facility, lang string) layout.Label {
	if f.City != "" {
		return placePart(f, "city", lang)
	}
	return placePart(f, "admin1", lang)
}

// untowned puts those without a town last.
func untowned(f *geo.Facility) int {
	if town(f) == "" {
		return 1
	}
	return 0
}

// summarise tells in sentences what the tables show.
func (b *briefing) summarise(count string) {
	t := b.texts
	told := []string{t.T(count, "n", b.page.Matched, "country", b.page.Of, "sector", b.page.Of)}
	if b.page.Matched > 0 {
		told = append(told, t.N("briefing.placed", countDrawn(b.counts, b.q.Lists)), t.T("briefing.kinds", "list", b.kinds()))
	}
	switch first, last := b.years(); {
	case first == "":
	case first == last:
		told = append(told, t.T("briefing.founded_in", "year", first))
	default:
		told = append(told, t.T("briefing.founded", "first", first, "last", last))
	}
	if taking := b.page.Taking; b.page.Matched == 0 && taking.Matched > 0 { // else it stands at the table
		told = append(told, t.T("briefing.taking", "n", taking.Matched, "here", taking.Here, "elsewhere", taking.Elsewhere))
	}
	b.page.Summary = strings.Join(told, t.Language.Space)
}

// facet are the counts of one dimension.
func (b *briefing) facet(d geo.Dimension) []geo.Bucket { return bucketsOf(b.counts, d) }

// kinds lists how many there are of each: "9 Joint laboratories, 4 …".
func (b *briefing) kinds() string {
	var parts []string
	for _, bucket := range b.facet(geo.ByKind) {
		if bucket.Count > 0 {
			parts = append(parts, b.texts.T("briefing.kind_count", "n", bucket.Count, "kind", b.kind(bucket)))
		}
	}
	return strings.Join(parts, b.texts.T("briefing.list_comma"))
}

func (b *briefing) kind(bucket geo.Bucket) string {
	label := b.Labels(geo.ByKind).Of(bucket.Value)
	if t := geo.FindTerm(b.Catalog().Kinds, bucket.Value); t != nil && bucket.Count != 1 && t.Plurals[b.Lang()] != "" {
		label = t.Plurals[b.Lang()]
	}
	if letters := []rune(label); b.texts.Language.SmallInside && len(letters) > 1 && !unicode.IsUpper(letters[1]) { // "AI laboratory" stays
		letters[0] = unicode.ToLower(letters[0])
		return string(letters)
	}
	return label
}

// years are the first and the last in which one was founded; empty where none is stated.
func (b *briefing) years() (first, last string) {
	for _, bucket := range b.facet(geo.ByEstablished) { // in their order
		if bucket.Count > 0 && bucket.Value != "" {
			first, last = cmp.Or(first, bucket.Value), bucket.Value
		}
	}
	return first, last
}

// addCounts adds the tables with bars: by kind, and by sector or country.
func (b *briefing) addCounts() {
	if b.page.Matched == 0 {
		return
	}
	b.addCount("briefing.by_kind", geo.ByKind, "", func(id string) layout.Label { return layout.Label{Text: b.Label(geo.ByKind, id)} })
	if b.page.Country {
		b.addCount("briefing.by_sector", geo.BySector, b.texts.T("briefing.several"), b.sectorLink)
		return
	}
	b.addCount("briefing.by_country", geo.ByCountry, "", b.countryLink)
}

// countRows is how many values a table of counts names at most.
const countRows = 24

func (b *briefing) addCount(title string, d geo.Dimension, note string, link func(string) layout.Label) {
	buckets := slices.DeleteFunc(slices.Clone(b.facet(d)), func(c geo.Bucket) bool { return c.Count == 0 }) // the greatest first
	named := buckets[:min(len(buckets), countRows)]
	table := layout.CountTable{Title: b.texts.T(title), Note: note}
	for _, bucket := range named {
		label := layout.Label{Text: b.Labels(d).Of("")}
		if bucket.Value != "" {
			label = link(bucket.Value)
		}
		table.Rows = append(table.Rows, layout.CountRow{Label: label, Count: bucket.Count, Bar: max(1, bucket.Count*100/buckets[0].Count)})
	}
	if others := len(buckets) - len(named); others > 0 {
		table.Note = strings.TrimSpace(b.texts.N("briefing.others", others) + " " + note)
	}
	b.page.Counts = append(b.page.Counts, table)
}

func (b *briefing) addRows() {
	signs := b.signs()
	for i, f := range b.facilities {
		name, _ := namesOf(f, b.Lang())
		row := BriefingRow{
			Number: i + 1, Name: name, Href: b.pageAt("/facilities/", f.Slug), Sign: signs.Of(f.Kind), Hollow: isHollow(f), Kind: b.Label(geo.ByKind, f.Kind),
			Precision: briefly(b.texts, f.Precision),
			Town:      townOf(f, b.Lang()), Founded: f.Established, Status: b.Label(geo.ByStatus, f.Status), Running: f.Status == "operating",
			Sources: b.numbersOf(f.AllSources()),
		}
		if !b.page.Country {
			row.Place = b.Label(geo.ByCountry, f.Country)
		}
		b.page.Rows = append(b.page.Rows, row)
	}
}

func (b *briefing) addFigures() {
	for _, f := range b.figures {
		b.page.Figures = append(b.page.Figures, Statement{
			Indicator: f.Indicator, Named: f.Named, Value: strconv.FormatFloat(f.Value, 'f', -1, 64), Year: f.Year,
			Source: Cited{Source: f.Source}, Sources: b.numbersOf([]geo.Source{f.Source}),
		})
	}
}

// updated is when one of the records shown was changed last.
func (b *briefing) updated() (last time.Time) {
	for _, f := range b.facilities {
		if f.Updated.After(last) {
			last = f.Updated
		}
	}
	return last
}
