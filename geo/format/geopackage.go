package format

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	_ "modernc.org/sqlite" // the driver "sqlite", which needs no C

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// WriteGeoPackage writes the selection as GeoPackage 1.3 (OGC 12-128r17): one
// table, named as the collection, with a spatial index and a style by which QGIS
// opens it coloured. The stable number of a record is its key and, as in GeoJSON,
// a column too, because many readers drop the key. Lists and objects are texts of
// JSON, and declared as such. Records that are no places are a table of attributes. Lines
// are of several parts, all of them: one that is cut at 180 degrees has two.
//
// The file is made in a temporary place; nothing is written to w before the last
// row is read.
func WriteGeoPackage(ctx context.Context, w io.Writer, f File) error {
	if err := writeGeoPackage(ctx, w, f); err != nil {
		return fmt.Errorf("write GeoPackage: %w", tempError(err))
	}
	return nil
}

func writeGeoPackage(ctx context.Context, w io.Writer, f File) error {
	scratch, err := newScratch(f.TempDir)
	if err != nil {
		return err
	}
	defer scratch.close()
	path := filepath.Join(scratch.path, f.Collection.ID+".gpkg")
	if err := makeGeoPackage(ctx, path, f); err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(w, bufio.NewReaderSize(file, flushSize))
	return err
}

// makeGeoPackage fills a new file. Nobody reads it before it is whole, so it needs
// no journal and no waiting for the disk. What SQLite puts aside stays in memory: it
// would look for a folder of its own.
func makeGeoPackage(ctx context.Context, path string, f File) (err error) {
	const pragmas = "_pragma=journal_mode(off)&_pragma=synchronous(off)&_pragma=locking_mode(exclusive)&_pragma=temp_store(memory)"
	address := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: pragmas}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it has nothing to do
	g := geoPackage{tx: tx, file: f, columns: Columns(f.Catalog, f.Collection), extent: noBox}
	for _, step := range []func(context.Context) error{g.createTables, g.insertRows, g.describe, g.describeGeometry} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// geoPackage is a file in the making.
type geoPackage struct {
	tx      *sql.Tx
	file    File
	columns []Column
	cells   []rtreeCell // of the records that have a geometry
	extent  orb.Bound
}

func (g *geoPackage) exec(ctx context.Context, statement string, args ...any) error {
	_, err := g.tx.ExecContext(ctx, statement, args...)
	return err
}

// table is the name of the table of records, which needs no quotes.
func (g *geoPackage) table() string { return g.file.Collection.ID }

func (g *geoPackage) createTables(ctx context.Context) error {
	if err := g.exec(ctx, geoPackageTables); err != nil {
		return err
	}
	columns := []string{"fid INTEGER PRIMARY KEY NOT NULL"}
	for _, c := range g.columns {
		columns = append(columns, quoteName(c.Name)+" "+geoPackageType(c))
	}
	if !g.isAttributes() {
		columns = append(columns, "geom "+g.geometryType())
	}
	return g.exec(ctx, "CREATE TABLE "+g.table()+" ("+strings.Join(columns, ", ")+")")
}

func (g *geoPackage) geometryType() string {
	return strings.ToUpper(string(typeOfParts(g.file.Collection)))
}

// isAttributes reports whether the table is one of attributes: its records are no places
// (OGC 12-128r17, 2.4).
func (g *geoPackage) isAttributes() bool { return g.file.Collection.Geometry == geo.NoGeometry }

// quoteName quotes a name for SQL.
func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func geoPackageType(c Column) string {
	switch {
	case c.Name == "id":
		return "INTEGER NOT NULL"
	case c.is64Bit():
		return "INTEGER"
	case c.Type == geo.Integer:
		return "MEDIUMINT" // 32 bits
	case c.Type == geo.Number:
		return "DOUBLE"
	case c.Type == geo.Boolean:
		return "BOOLEAN"
	case c.Type == geo.Date:
		return "DATE"
	case c.Type == geo.Time:
		return "DATETIME"
	}
	return "TEXT"
}

func (g *geoPackage) insertRows(ctx context.Context) error {
	rows := g.batch(g.table(), g.width())
	err := g.file.each(ctx, func(f geo.Feature) error {
		id, _ := f.Ref()
		rows.pending = append(rows.pending, id)
		for _, c := range g.columns {
			rows.pending = append(rows.pending, sqlValue(c.Value(f), c.Type))
		}
		if g.isAttributes() {
			return rows.add(ctx)
		}
		geometry, box := geometryOf(f)
		if geometry == nil {
			return rows.add(ctx, nil)
		}
		g.cells = append(g.cells, newRtreeCell(id, box))
		g.extent = join(g.extent, box)
		return rows.add(ctx, geoPackageGeometry(parts(geometry), box))
	})
	if err != nil {
		return err
	}
	return rows.flush(ctx)
}

// width is how many columns the table has.
func (g *geoPackage) width() int {
	if g.isAttributes() {
		return len(g.columns) + 1
	}
	return len(g.columns) + 2
}

// sqlValue is a value as SQLite takes it.
func sqlValue(v cql2.Value, t geo.Type) any {
	switch v.Type {
	case cql2.Null:
		return nil
	case cql2.Number:
		if t == geo.Number {
			return v.Number
		}
		return int64(v.Number)
	case cql2.Bool:
		return int64(v.Number)
	case cql2.Text:
		return v.Text
	case cql2.Timestamp:
		return time.UnixMicro(v.Time).UTC().Format(geoPackageTime)
	}
	return string(appendValueText(nil, v))
}

// geoPackageTime is the one form of a time in a GeoPackage.
const geoPackageTime = "2006-01-02T15:04:05.000Z"

// geoPackageGeometry is WKB with a header before it: for polygons their box, so
// that a reader need not look at each point.
func geoPackageGeometry(g orb.Geometry, box orb.Bound) []byte {
	const littleEndian, withBox, wgs84 = 1, 1 << 1, 4326
	b := make([]byte, 0, 64)
	b = append(b, 'G', 'P', 0, littleEndian)
	b = binary.LittleEndian.AppendUint32(b, wgs84)
	if _, isPoint := g.(orb.Point); !isPoint {
		b[3] |= withBox
		b, _ = binary.Append(b, binary.LittleEndian, []float64{box.Min[0], box.Max[0], box.Min[1], box.Max[1]})
	}
	return append(b, wkb.MustMarshal(g, binary.LittleEndian)...)
}
