package format

import (
	"context"
	"fmt"
	"io"

	"innoatlas/geo"
)

// AppendTerms appends what a collection of features says of its use: members beside the
// features (RFC 7946 §6.1), each with a comma after it.
func AppendTerms(dst []byte, t geo.Terms) []byte {
	for _, m := range [...]struct{ name, value string }{{"licence", t.Licence}, {"licence_url", t.LicenceURL}, {"attribution", t.Attribution}} {
		if m.value != "" {
			dst = append(append(append(dst, '"'), m.name...), '"', ':')
			dst = append(AppendString(dst, m.value), ',')
		}
	}
	return dst
}

// WriteGeoJSON writes the selection as one FeatureCollection (RFC 7946), with a
// feature a line, so that line tools can work with it. Of About it has the terms.
func WriteGeoJSON(ctx context.Context, w io.Writer, f File) error {
	g := NewGeoJSON(f.Catalog, f.Collection)
	head := append([]byte(`{"type":"FeatureCollection","name":"`), f.Collection.ID...)
	head = AppendTerms(append(head, `",`...), geo.Terms{Licence: f.About.Licence, LicenceURL: f.About.LicenceURL, Attribution: f.About.Attribution})
	err := f.writePieces(ctx, w, append(head, `"features":[`...), "\n]}\n", func(dst []byte, feature geo.Feature, i int) ([]byte, error) {
		return g.AppendFeature(append(appendComma(dst, i), '\n'), feature, nil), nil
	})
	if err != nil {
		return fmt.Errorf("write GeoJSON: %w", err)
	}
	return nil
}

// WriteCSV writes a selection as CSV does. It has no place for About, nor a mark at its
// end: after an error the lines written so far look whole, so the caller must break the
// transfer.
func WriteCSV(ctx context.Context, w io.Writer, f File) error {
	table := NewCSV(f.Catalog, f.Collection)
	head := table.Header()
	if f.NoByteOrderMark {
		head = head[len(byteOrderMark):]
	}
	err := f.writePieces(ctx, w, head, "", func(dst []byte, feature geo.Feature, _ int) ([]byte, error) {
		return table.AppendRow(dst, feature), nil
	})
	if err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// writePieces writes head, what row appends for each record, and tail. Many rows
// are written as one piece.
func (f File) writePieces(ctx context.Context, w io.Writer, head []byte, tail string, row func(dst []byte, feature geo.Feature, i int) ([]byte, error)) error {
	piece := append(make([]byte, 0, 2*flushSize), head...)
	n := 0
	err := f.each(ctx, func(feature geo.Feature) (err error) {
		if piece, err = row(piece, feature, n); err != nil {
			return err
		}
		n++
		if len(piece) < flushSize {
			return nil
		}
		_, err = w.Write(piece)
		piece = piece[:0]
		return err
	})
	if err != nil {
		return err
	}
	if piece = append(piece, tail...); len(piece) > 0 {
		_, err = w.Write(piece)
	}
	return err
}
