package format

import (
	"context"
	"fmt"
	"io"

	"innoatlas/geo"
)

// flushSize is how many bytes of lines are gathered before they are written.
const flushSize = 64 << 10

// WriteGeoJSONSeq writes the selection as newline-delimited GeoJSON: each record
// is one Feature on a line of its own, ended by a line feed, so that a reader
// needs memory for one of them at a time. It is not the form of RFC 8142, which
// puts a record separator (U+001E) before each line that most line readers choke
// on. A selection without records is one line with an empty FeatureCollection:
// nothing at all is no file to GDAL, nor to what reads by it. The format has no
// place for About, and no mark at its end: after an error the lines written so far
// look whole, so the caller must break the transfer.
func WriteGeoJSONSeq(ctx context.Context, w io.Writer, f File) error {
	g := NewGeoJSON(f.Catalog, f.Collection)
	none := true
	err := f.writePieces(ctx, w, nil, "", func(dst []byte, feature geo.Feature, _ int) ([]byte, error) {
		none = false
		return append(g.AppendFeature(dst, feature, nil), '\n'), nil
	})
	if err == nil && none {
		_, err = fmt.Fprintf(w, `{"type":"FeatureCollection","name":"%s","features":[]}`+"\n", f.Collection)
	}
	if err != nil {
		return fmt.Errorf("write GeoJSON lines: %w", err)
	}
	return nil
}
