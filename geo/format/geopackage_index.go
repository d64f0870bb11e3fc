package format

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"innoatlas/geo/zorder"
)

// The spatial index of a GeoPackage is an R-tree of SQLite. Given one record
// after the other, SQLite needs longer for it than for all the rest. So its nodes
// are packed here, in Z-order, and written to the three tables that it lies in.

// An R-tree cell is a child and its box; a node has as many as SQLite gives one
// on pages of 4 KiB.
const (
	rtreeCellBytes = 8 + 4*4
	rtreeNodeCells = 51
	rtreeNodeBytes = 4 + rtreeNodeCells*rtreeCellBytes
	rtreeRoot      = 1
)

// rtreeCell is a record in a leaf, or a node in a node above.
type rtreeCell struct {
	id    int64      // of the record or the node
	box   [4]float32 // minx, maxx, miny, maxy
	order uint64     // the place of the middle of the box in Z-order
}

func newRtreeCell(id int64, box orb.Bound) rtreeCell {
	return rtreeCell{
		id:    id,
		box:   [4]float32{roundDown(box.Min[0]), roundUp(box.Max[0]), roundDown(box.Min[1]), roundUp(box.Max[1])},
		order: zorder.Key(box.Center()),
	}
}

// roundDown and roundUp keep a position within its box.
func roundDown(x float64) float32 {
	f := float32(x)
	if float64(f) > x {
		f = math.Nextafter32(f, float32(math.Inf(-1)))
	}
	return f
}

func roundUp(x float64) float32 { return -roundDown(-x) }

// index is the name that the extension gpkg_rtree_index prescribes.
func (g *geoPackage) index() string { return "rtree_" + g.table() + "_geom" }

// buildIndex makes the index, and the triggers that keep it right when somebody
// edits the file.
func (g *geoPackage) buildIndex(ctx context.Context) error {
	if err := g.exec(ctx, "CREATE VIRTUAL TABLE "+g.index()+" USING rtree(id, minx, maxx, miny, maxy)"); err != nil {
		return err
	}
	if err := g.writeNodes(ctx); err != nil {
		return err
	}
	return g.exec(ctx, strings.NewReplacer("<rtree>", g.index(), "<table>", g.table()).Replace(geoPackageTriggers))
}

// writeNodes packs the cells into nodes, these into the nodes above them, and so
// on up to the root, which has a fixed number and alone knows how deep the tree is.
func (g *geoPackage) writeNodes(ctx context.Context) error {
	nodes, leaves, parents := g.batch(g.index()+"_node", 2), g.batch(g.index()+"_rowid", 2), g.batch(g.index()+"_parent", 2)
	slices.SortFunc(g.cells, func(a, b rtreeCell) int { return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.id, b.id)) })
	level, links, depth := g.cells, leaves, 0
	next := int64(rtreeRoot + 1)
	for len(level) > rtreeNodeCells {
		var above []rtreeCell
		for group := range slices.Chunk(level, rtreeNodeCells) {
			if err := nodes.add(ctx, next, rtreeNode(0, group)); err != nil {
				return err
			}
			if err := linkAll(ctx, links, group, next); err != nil {
				return err
			}
			above = append(above, rtreeCell{id: next, box: boxOfCells(group)})
			next++
		}
		level, links, depth = above, parents, depth+1
	}
	if err := linkAll(ctx, links, level, rtreeRoot); err != nil {
		return err
	}
	for _, rows := range []*batch{leaves, parents, nodes} {
		if err := rows.flush(ctx); err != nil {
			return err
		}
	}
	return g.exec(ctx, "UPDATE "+g.index()+"_node SET data = ? WHERE nodeno = ?", rtreeNode(depth, level), rtreeRoot)
}

func linkAll(ctx context.Context, links *batch, group []rtreeCell, node int64) error {
	for _, c := range group {
		if err := links.add(ctx, c.id, node); err != nil {
			return err
		}
	}
	return nil
}

// rtreeNode is a node as SQLite keeps it, big-endian.
func rtreeNode(depth int, cells []rtreeCell) []byte {
	b := make([]byte, 0, rtreeNodeBytes)
	b = binary.BigEndian.AppendUint16(b, uint16(depth))
	b = binary.BigEndian.AppendUint16(b, uint16(len(cells)))
	for _, c := range cells {
		b = binary.BigEndian.AppendUint64(b, uint64(c.id))
		for _, degrees := range c.box {
			b = binary.BigEndian.AppendUint32(b, math.Float32bits(degrees))
		}
	}
	return b[:rtreeNodeBytes]
}

func boxOfCells(cells []rtreeCell) [4]float32 {
	box := cells[0].box
	for _, c := range cells {
		box = [4]float32{min(box[0], c.box[0]), max(box[1], c.box[1]), min(box[2], c.box[2]), max(box[3], c.box[3])}
	}
	return box
}

// batch inserts rows into a table, many with one statement: that saves most of
// what a call costs.
type batch struct {
	g       *geoPackage
	table   string
	width   int // values of a row
	pending []any
	full    *sql.Stmt // for as many rows as are gathered; the transaction closes it
}

// batchValues is how many values are gathered, at most.
const batchValues = 1000

func (g *geoPackage) batch(table string, width int) *batch {
	return &batch{g: g, table: table, width: width}
}

// add takes the values of one row, or what is left of it.
func (b *batch) add(ctx context.Context, row ...any) (err error) {
	b.pending = append(b.pending, row...)
	if len(b.pending)+b.width <= batchValues {
		return nil
	}
	if b.full == nil {
		if b.full, err = b.g.tx.PrepareContext(ctx, b.statement()); err != nil {
			return err
		}
	}
	_, err = b.full.ExecContext(ctx, b.pending...)
	b.pending = b.pending[:0]
	return err
}

// flush inserts the rows that are left.
func (b *batch) flush(ctx context.Context) error {
	if len(b.pending) == 0 {
		return nil
	}
	return b.g.exec(ctx, b.statement(), b.pending...)
}

// statement inserts the pending rows.
func (b *batch) statement() string {
	row := ", (" + strings.Repeat(", ?", b.width)[2:] + ")"
	return "INSERT INTO " + b.table + " VALUES " + strings.Repeat(row, len(b.pending)/b.width)[2:]
}
