package geo

import (
	"time"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// Facility is one joint laboratory, innovation centre, agricultural park, or
// whatever else the data set's kinds name. An empty field is one that no source
// states.
type Facility struct {
	ID   int64  // stable, never reused; GIS tools and vector tiles need integers
	Slug string // stable name, unique, never an integer

	Kind          string // id of a Term of the data set's kinds
	Name          string // in English
	NameZh        string // in Chinese
	NameLocal     string
	NameLocalLang string // ISO 639-1 code of NameLocal

	Country     string // ISO 3166-1 alpha-3 of where it stands
	CountryName string // English name of Country
	Admin1      string // province or state
	City        string
	Position    *orb.Point // longitude, latitude; nil where none is known
	Precision   string     // how exact Position is: one of Precisions, or empty

	Sectors         []string // ids of Terms of the data set's sectors
	Partners        []string // "Institution (ISO3)"
	HostInstitution string
	Established     int    // year it was founded or opened; 0 not stated
	Status          string // one of Statuses, as of the source
	Summary         string

	Source Source // what the record rests on
	// Sources are further sources, each for what it Supports. An import leaves those that
	// a database has where this is nil; where it is empty there are none.
	Sources []Source
	Updated time.Time // last change of the record; zero where the data set does not say
}

// Source is a page that a record, or one fact of it, was read in.
type Source struct {
	Title    string
	URL      string
	Date     string // YYYY, YYYY-MM or YYYY-MM-DD
	Supports string // the fact it was read for; empty for a whole record
}

// Ref gives the record's two names.
func (f *Facility) Ref() (id int64, slug string) { return f.ID, f.Slug }

// OnTile is what a vector tile shows of the record.
func (f *Facility) OnTile() *Facility {
	return &Facility{
		ID: f.ID, Slug: f.Slug, Kind: f.Kind, Name: f.Name,
		Country: f.Country, Position: f.Position, Precision: f.Precision, Sectors: f.Sectors,
	}
}

// ZOrder is the key that puts the record in its place in the order of the data.
func (f *Facility) ZOrder() uint64 {
	if f.Position == nil {
		return zorder.NoPosition
	}
	return zorder.Key(*f.Position)
}

// SearchText is what the words of q are looked for in: names, town, host,
// partners and summary, folded, one a line so that no word spans two of them.
func (f *Facility) SearchText() string {
	return foldLines(append([]string{f.Name, f.NameZh, f.NameLocal, f.City, f.HostInstitution, f.Summary}, f.Partners...))
}

// Value is the property of that name (see FacilityProperties), and besides them
// "geometry" and "search_text".
func (f *Facility) Value(property string) cql2.Value {
	switch property {
	case "id":
		return cql2.NumberOf(float64(f.ID))
	case "established":
		if f.Established == 0 {
			return cql2.Value{}
		}
		return cql2.NumberOf(float64(f.Established))
	case "sectors":
		return cql2.ListOf(f.Sectors)
	case "partners":
		return cql2.ListOf(f.Partners)
	case "geometry":
		if f.Position == nil {
			return cql2.Value{}
		}
		return cql2.GeometryOf(*f.Position)
	case "search_text":
		return cql2.TextOf(f.SearchText())
	case "updated":
		return cql2.TimestampOf(f.Updated)
	}
	return cql2.TextOf(f.text(property))
}

// text is a property that is one text.
func (f *Facility) text(property string) string {
	switch property {
	case "slug":
		return f.Slug
	case "kind":
		return f.Kind
	case "name":
		return f.Name
	case "name_zh":
		return f.NameZh
	case "name_local":
		return f.NameLocal
	case "name_local_lang":
		return f.NameLocalLang
	case "country":
		return f.Country
	case "country_name":
		return f.CountryName
	case "admin1":
		return f.Admin1
	case "city":
		return f.City
	case "precision":
		return f.Precision
	case "host_institution":
		return f.HostInstitution
	case "status":
		return f.Status
	case "summary":
		return f.Summary
	case "source_title":
		return f.Source.Title
	case "source_url":
		return f.Source.URL
	case "source_date":
		return f.Source.Date
	}
	return ""
}
