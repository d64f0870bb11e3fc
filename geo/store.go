package geo

import (
	"cmp"
	"context"
	"iter"
	"strconv"

	"github.com/paulmach/orb"

	"innoatlas/geo/cql2"
	"innoatlas/geo/zorder"
)

// Store answers queries over one data set. Its methods may be called at the same
// time; the records that they return are shared and not to be changed.
//
// Errors are ErrNotFound, ErrUnavailable, ErrBusy (a Gate refuses what neither an index
// nor a kept answer tells), an *InputError (TooManyClusters), the context's own, or a
// failure of the store.
type Store interface {
	// Catalog describes the data set, and names its revision.
	Catalog(ctx context.Context) (*Catalog, error)

	// Get finds one record.
	Get(ctx context.Context, c *Collection, ref Ref) (Feature, error)

	// List gives one page of the records that match, in the order of the query.
	List(ctx context.Context, q Query) (Page, error)

	// All gives every record that matches, in the order of the query, from one
	// revision of the data. Limit, Offset and After are ignored. An error ends it.
	All(ctx context.Context, q Query) iter.Seq2[Feature, error]

	// Facets counts the records that match, and counts them by the values of each
	// facet of the collection; each ignores the choice of its own dimension.
	Facets(ctx context.Context, q Query) (Facets, error)

	// Matrix counts the facilities that match by the values of two dimensions at
	// once, which are different ones of Dimensions.
	Matrix(ctx context.Context, q Query, rows, columns Dimension) (Matrix, error)

	// Clusters groups the facilities that match by the cluster cells of a zoom
	// from 0 to MaxZoom.
	Clusters(ctx context.Context, q Query, zoom int) (Clusters, error)

	// Tile gives the facilities that match and whose position lies in the tile.
	// The tiles of one zoom share nothing, and together hold each of them once.
	Tile(ctx context.Context, q Query, t zorder.Tile) (Tile, error)
}

// Ref names one record by its id or by its slug.
type Ref struct {
	ID   int64  // 0: by slug
	Slug string // "" where ID is given
}

// ParseRef reads what a path names: digits without a leading zero are an id,
// anything else is a slug.
func ParseRef(s string) Ref {
	if IsID(s) {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			return Ref{ID: id}
		}
	}
	return Ref{Slug: s}
}

// IsID reports whether a text reads as an id, so that no slug may look like it.
func IsID(s string) bool {
	if s == "" || s[0] == '0' {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Page is one page of records.
type Page struct {
	Features []Feature
	Matched  int  // how many match in all
	More     bool // whether a record follows the last of this page
	// Shared says that the records are the store's own, so that the page takes no memory
	// however long it is kept.
	Shared bool
}

// Facets are the counts of one query, all of one revision.
type Facets struct {
	Matched int     // how many match the whole query
	Facets  []Facet // in the order of Collection.Facets
}

// Facet counts the records by the values of one dimension.
type Facet struct {
	Dimension Dimension
	Property  string
	// Buckets has every value of the vocabulary (for countries: every country
	// that a record of the data set names; for years: every year that one states),
	// zeros included, and the empty value for "not stated", in the order of
	// Field.CompareBuckets.
	Buckets []Bucket
}

// Bucket is a value and how many records have it. The empty value means that
// none is stated.
type Bucket struct {
	Value string
	Count int
}

// SortedBy is what the buckets of the field's facet are sorted by: "count", or for
// numbers, years among them, "value".
func (f *Field) SortedBy() string {
	if f.Type.Value() == cql2.Number {
		return "value"
	}
	return "count"
}

// CompareBuckets is the order of the field's facet: the greatest count first,
// then by bytes, "not stated" last among equals; numbers one after the other, "not
// stated" last of all.
func (f *Field) CompareBuckets(a, b Bucket) int {
	notStated := func(b Bucket) int {
		if b.Value == "" {
			return 1
		}
		return 0
	}
	if f.SortedBy() == "value" {
		return cmp.Or(cmp.Compare(notStated(a), notStated(b)), cmp.Compare(numberOf(a), numberOf(b)), cmp.Compare(a.Value, b.Value))
	}
	return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(notStated(a), notStated(b)), cmp.Compare(a.Value, b.Value))
}

// numberOf is the number that a bucket counts.
func numberOf(b Bucket) float64 {
	n, _ := strconv.ParseFloat(b.Value, 64) // 0 for "not stated", which is compared before
	return n
}

// Matrix counts the facilities that match by two dimensions at once. One that has
// several values of a dimension counts for each of them, so a row or a column may
// add up to more than its bucket, which counts facilities.
type Matrix struct {
	Matched int // how many match
	// Rows and Columns have every value of the vocabulary as a facet has it, and
	// "not stated" where there are such. Unlike a facet they keep to the whole filter.
	Rows, Columns []Bucket
	Counts        [][]int // by row, then by column
}

// MaxZoom is the deepest zoom that clusters are made for; MaxClusters is how
// many one answer may hold.
const (
	MaxZoom     = 22
	MaxClusters = 10000
)

// TooManyClusters is the error for a query that has more than MaxClusters.
func TooManyClusters(zoom int) error {
	return &InputError{"zoom", strconv.Itoa(zoom), "this view has more than 10,000 clusters; send a smaller bbox or a lower zoom"}
}

// Clusters are the facilities that match, grouped by the cells of a zoom, in
// Z-order.
type Clusters struct {
	Clusters        []Cluster
	Matched         int // all that match
	WithoutPosition int // of these, left out for want of a position
}

// Cluster stands for the facilities in one cell: 64 pixels of a 256-pixel Web
// Mercator tile, anchored to the world.
type Cluster struct {
	// Cell is the cell's number within its zoom (package zorder).
	Cell  uint64
	Count int
	// Position is that of the median member (index (Count-1)/2 of the order), so
	// that a cluster always stands on a real place.
	Position orb.Point
	// Country is that of the median member (alpha-3), empty where it is not stated.
	Country string
	// Kinds counts the members by kind, in the order of the kinds, zeros left out.
	Kinds []Bucket
	// Bounds is the smallest Z-order cell that holds the first and last member.
	Bounds orb.Bound
	// Stack says that all members have one position, to the last bit of the order:
	// no zoom separates them.
	Stack bool
	// Feature is the facility itself where Count is 1, nil otherwise.
	Feature *Facility
}

// Tiles show facilities one by one from DetailZoom on, but never more than
// MaxTileFeatures; else in clusters.
const (
	DetailZoom      = 10
	MaxTileFeatures = 4000
)

// MaxTileShapes is how many records of another collection a tile shows at most. Those are a fair
// part of all: ids follow from names, or from when a record came.
const MaxTileShapes = 40_000

// Tile is what a vector tile shows: either Clusters or Facilities, in Z-order.
type Tile struct {
	Clusters []Cluster // by the cluster cells of the tile's zoom
	// Facilities have all that a tile shows of one: see OnTile. The rest may be absent.
	Facilities []*Facility

	// Records are, of a collection that is not Indexed, those whose bounds meet what is around the
	// tile. Of more than MaxTileFeatures they are the first MaxTileShapes by their ids, and nothing
	// but id and geometry is to be shown of them: Bare.
	Records []Feature
	Bare    bool
}
