package api

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/labstack/echo/v4"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/pages"
	"innoatlas/pages/drawing"
)

// What a briefing shows at most: it prints on two pages, and is not to be searched.
const (
	briefingRows    = 60
	briefingSources = 60
)

// sendCountry sends the briefing of a country.
func (s *Server) sendCountry(a *publicAnswer, found geo.Feature) error {
	country := found.(*geo.Country)
	b := newBriefing(a, geo.List{Dimension: geo.ByCountry, Values: []string{country.Code}})
	b.page.Of, b.page.Country = a.Label(geo.ByCountry, country.Code), true
	b.frame = drawing.Mainland(country.Outline)
	b.figures = country.Figures
	return s.sendBriefing(b, "briefing.country", "briefing.in_country")
}

// sectorBriefing answers GET /sectors/{sector}.
func (s *Server) sectorBriefing(c echo.Context) error {
	a, err := s.publicAnswer(c)
	if err != nil {
		return err
	}
	id := PathName(c, "sectorId")
	if geo.FindTerm(a.catalog.Sectors, id) == nil {
		return NotFound("no such sector; there are " + strings.Join(geo.TermIDs(a.catalog.Sectors), ", "))
	}
	if path := "/sectors/" + url.PathEscape(id); a.path != path {
		return a.moved(path)
	}
	if a.Fresh() {
		return a.NotModified()
	}
	b := newBriefing(a, geo.List{Dimension: geo.BySector, Values: []string{id}})
	b.page.Of = a.Label(geo.BySector, id)
	return s.sendBriefing(b, "briefing.sector", "briefing.in_sector")
}

// briefing is one in the making.
type briefing struct {
	*publicAnswer
	page       pages.Briefing
	q          geo.Query
	frame      []orb.Bound // what the map shows; the records themselves where it is empty
	facilities []*geo.Facility
	figures    []geo.Figure // of a country
	counts     geo.Facets
	cited      map[string]int // the number of each source that the page lists
}

func newBriefing(a *publicAnswer, chosen geo.List) *briefing {
	b := &briefing{publicAnswer: a, q: geo.Query{Collection: geo.Facilities, Lists: []geo.List{chosen}, Limit: briefingRows}}
	name, value := string(chosen.Dimension), chosen.Values[0]
	b.page.OnMap = a.onMap(name, value)
	for _, form := range []fileForm{csvFile, excelFile, geoJSONFile} {
		b.page.Downloads = append(b.page.Downloads, pages.Labelled{Label: form.title, Href: "/data/facilities." + form.extension + "?" + name + "=" + value})
	}
	return b
}

// sendBriefing gathers what the page tells, and sends it.
func (s *Server) sendBriefing(b *briefing, title, count string) error {
	if err := s.gather(b); err != nil {
		return err
	}
	if err := b.begin(b.turns.brief); err != nil {
		return err
	}
	b.summarise(count)
	b.addCounts()
	if err := s.drawMap(b); err != nil {
		return err
	}
	b.addSources()
	b.addRows()
	b.addFigures()
	b.page.Updated = date(b.updated())
	b.page.Public = b.public(b.page.Of+" · "+b.texts.T(title), b.page.Summary)
	for _, row := range b.page.Rows {
		b.page.Signs = append(b.page.Signs, row.Sign)
	}
	return b.Render(b.page)
}

// gather reads the records by name. Where all are shown they stand by town, so that
// neighbours on the map are neighbours in the table.
func (s *Server) gather(b *briefing) (err error) {
	if b.counts, err = s.store.Facets(b.Context(), b.q); err != nil {
		return err
	}
	q := b.q
	q.Sort = []geo.SortKey{{Property: "name"}}
	found, err := s.store.List(b.Context(), q)
	if err != nil {
		return err
	}
	for _, f := range found.Features {
		b.facilities = append(b.facilities, f.(*geo.Facility))
	}
	b.page.Matched = found.Matched
	if found.More {
		b.page.All = b.page.OnMap + "&view=list"
		b.page.AllAddress = b.base + b.page.All
		return nil
	}
	slices.SortStableFunc(b.facilities, func(x, y *geo.Facility) int {
		return cmp.Or(untowned(x)-untowned(y), strings.Compare(town(x), town(y)))
	})
	return nil
}

// town is the town, or where no source names it, the province.
func town(f *geo.Facility) string { return cmp.Or(f.City, f.Admin1) }

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
	if t := geo.FindTerm(b.catalog.Kinds, bucket.Value); t != nil && bucket.Count != 1 && t.Plurals[b.lang] != "" {
		label = t.Plurals[b.lang]
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
	b.addCount("briefing.by_kind", geo.ByKind, "", func(id string) pages.Labelled { return pages.Labelled{Label: b.Label(geo.ByKind, id)} })
	if b.page.Country {
		b.addCount("briefing.by_sector", geo.BySector, b.texts.T("briefing.several"), b.sectorLink)
		return
	}
	b.addCount("briefing.by_country", geo.ByCountry, "", b.countryLink)
}

// countRows is how many values a table of counts names at most.
const countRows = 24

func (b *briefing) addCount(title string, d geo.Dimension, note string, link func(string) pages.Labelled) {
	buckets := slices.DeleteFunc(slices.Clone(b.facet(d)), func(c geo.Bucket) bool { return c.Count == 0 }) // the greatest first
	named := buckets[:min(len(buckets), countRows)]
	table := pages.CountTable{Title: b.texts.T(title), Note: note}
	for _, bucket := range named {
		label := pages.Labelled{Label: b.Labels(d).Of("")}
		if bucket.Value != "" {
			label = link(bucket.Value)
		}
		table.Rows = append(table.Rows, pages.CountRow{Labelled: label, Count: bucket.Count, Bar: max(1, bucket.Count*100/buckets[0].Count)})
	}
	if others := len(buckets) - len(named); others > 0 {
		table.Note = strings.TrimSpace(b.texts.N("briefing.others", others) + " " + note)
	}
	b.page.Counts = append(b.page.Counts, table)
}

// The width of the map in pixels, and what it shows at least, in degrees of longitude.
const (
	mapWidth = 560
	mapSpan  = 3
)

// drawMap draws the records by their signs, or by dots where they are many.
func (s *Server) drawMap(b *briefing) error {
	if b.page.All != "" {
		return s.drawDots(b)
	}
	var sites, rough []drawing.Place
	var boxes []orb.Bound
	signs := b.signs()
	for i, f := range b.facilities {
		if isDrawn(f) {
			place := drawing.Place{Lon: f.Position.Lon(), Lat: f.Position.Lat(), Number: i + 1, Sign: signs.Of(f.Kind)}
			if isHollow(f) {
				rough = append(rough, place)
			} else {
				sites = append(sites, place)
			}
			boxes = append(boxes, f.Position.Bound())
		}
	}
	if s.draw(b, boxes) {
		b.page.Map.AddPlaces(sites, rough...)
		b.addLegend(signs)
	}
	return nil
}

// draw draws the ground of the map; false where no record has a place on it.
func (s *Server) draw(b *briefing, records []orb.Bound) bool {
	if len(records) == 0 {
		return false
	}
	frame := drawing.FrameAround(records, mapSpan)
	if len(b.frame) > 0 {
		frame = drawing.Focused(drawing.FrameAround(b.frame, mapSpan), frame)
	}
	b.page.Map = s.atlas.Draw(frame, mapWidth)
	b.page.Map.Label = b.texts.T("briefing.map_label", "name", b.page.Of)
	return true
}

// coarseZoom is one whose clusters say roughly where the records are.
const coarseZoom = 3

func (s *Server) drawDots(b *briefing) error {
	coarse, err := s.dots(b, coarseZoom)
	if err != nil {
		return err
	}
	boxes := make([]orb.Bound, len(coarse))
	for i, dot := range coarse {
		boxes[i] = orb.Point{dot.Lon, dot.Lat}.Bound()
	}
	if !s.draw(b, boxes) {
		return nil
	}
	dots, err := s.dots(b, min(geo.MaxZoom, b.page.Map.ClusterZoom()))
	if err != nil {
		return err
	}
	b.page.Map.AddDots(dots)
	return nil
}

// dots are the clusters of a zoom, or of one less deep where they are too many.
func (s *Server) dots(b *briefing, zoom int) ([]drawing.Dot, error) {
	q := b.q
	q.Lists = append(slices.Clone(q.Lists), geo.List{Dimension: geo.ByPrecision, Values: drawn})
	found, err := s.store.Clusters(b.Context(), q, zoom)
	var tooMany *geo.InputError
	if errors.As(err, &tooMany) && zoom > coarseZoom {
		return s.dots(b, zoom-1)
	}
	if err != nil {
		return nil, err
	}
	dots := make([]drawing.Dot, len(found.Clusters))
	for i, c := range found.Clusters {
		dots[i] = drawing.Dot{Lon: c.Position.Lon(), Lat: c.Position.Lat(), Count: c.Count}
	}
	return dots, nil
}

// addLegend names the kinds that the map shows, in the order of the vocabulary.
func (b *briefing) addLegend(signs drawing.Signs) {
	for _, t := range b.catalog.Kinds {
		if slices.ContainsFunc(b.facilities, func(f *geo.Facility) bool { return isDrawn(f) && f.Kind == t.ID }) {
			b.page.Legend = append(b.page.Legend, pages.LegendEntry{Sign: signs.Of(t.ID), Label: b.Label(geo.ByKind, t.ID)})
		}
	}
}

func (b *briefing) addRows() {
	signs := b.signs()
	for i, f := range b.facilities {
		name, _ := b.names(f)
		row := pages.BriefingRow{
			Number: i + 1, Name: name, Href: b.pageAt("/facilities/", f.Slug), Sign: signs.Of(f.Kind), Hollow: isHollow(f), Kind: b.Label(geo.ByKind, f.Kind),
			Precision: pages.Briefly(b.texts, f.Precision),
			Town:      town(f), Founded: f.Established, Status: b.Label(geo.ByStatus, f.Status), Running: f.Status == "operating",
			Sources: b.numbersOf(sourcesOf(f)),
		}
		if !b.page.Country {
			row.Place = b.Label(geo.ByCountry, f.Country)
		}
		b.page.Rows = append(b.page.Rows, row)
	}
}

func (b *briefing) addFigures() {
	for _, f := range b.figures {
		b.page.Figures = append(b.page.Figures, pages.Statement{
			Indicator: f.Indicator, Value: strconv.FormatFloat(f.Value, 'f', -1, 64), Year: f.Year, Source: cited(f.Source), Sources: b.numbersOf([]geo.Source{f.Source}),
		})
	}
}

// addSources lists what the records shown and the figures rest on, each page once, the
// newest first. Where there are too many, those of single facts are left out.
func (b *briefing) addSources() {
	var sources, others []geo.Source
	for _, f := range b.facilities {
		sources, others = append(sources, f.Source), append(others, f.Sources...)
	}
	if b.page.All == "" && len(sources) > 0 {
		b.page.Newest = slices.MaxFunc(slices.Concat(sources, others), byDate).Date
	}
	for _, f := range b.figures {
		sources = append(sources, f.Source)
	}
	sources = distinct(append(sources, others...))
	b.page.More = len(sources) > briefingSources || b.page.All != ""
	sources = sources[:min(len(sources), briefingSources)]
	slices.SortStableFunc(sources, func(x, y geo.Source) int { return byDate(y, x) })
	b.page.Sources = citedAll(sources)
	b.cited = map[string]int{}
	for i := range b.page.Sources {
		b.page.Sources[i].Number = i + 1
		b.cited[sourceKey(sources[i])] = i + 1
	}
}

// distinct are the sources that say something, each page once, by its newest date.
func distinct(sources []geo.Source) (list []geo.Source) {
	places := map[string]int{}
	for _, s := range sources {
		i, seen := places[sourceKey(s)]
		switch {
		case isEmpty(s):
		case !seen:
			places[sourceKey(s)] = len(list)
			list = append(list, s)
		case s.Date > list[i].Date:
			list[i] = s
		}
	}
	return list
}

func byDate(x, y geo.Source) int { return strings.Compare(x.Date, y.Date) }

// sourceKey is the same for the same page.
func sourceKey(s geo.Source) string { return cmp.Or(s.URL, s.Title) }

// numbersOf are the numbers of those sources that the page lists.
func (b *briefing) numbersOf(sources []geo.Source) []int {
	var numbers []int
	for _, s := range sources {
		if n := b.cited[sourceKey(s)]; n > 0 && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
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
