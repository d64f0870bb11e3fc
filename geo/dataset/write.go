package dataset

import (
	"io"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// WriteCSV writes the facilities as one CSV file, which Read reads back, but for
// their further sources and the terms.
func WriteCSV(w io.Writer, ds *geo.Dataset) error {
	table := format.NewCSV(&geo.Catalog{}, tabulated(ds, geo.Facilities))
	return write(w, ds, table.Header(), func(dst []byte, i int) []byte { return table.AppendRow(dst, &ds.Facilities[i]) })
}

// WriteGeoJSON writes the facilities as one FeatureCollection, which Read reads
// back, one feature a line, with the terms and what fields of one's own they have.
func WriteGeoJSON(w io.Writer, ds *geo.Dataset) error {
	own := ds.Fields[geo.Facilities.ID]
	g := format.NewGeoJSON(&geo.Catalog{}, tabulated(ds, geo.Facilities))
	head := format.AppendTerms([]byte(`{"type":"FeatureCollection",`), ds.Terms)
	if len(own) > 0 {
		head = append(append(append(head, `"`+format.SchemaMember+`":`...), schemaJSON(ownSchema(ds, geo.Facilities))...), ',')
	}
	head = append(head, `"features":[`+"\n"...)
	err := write(w, ds, head, func(dst []byte, i int) []byte {
		if i > 0 {
			dst = append(dst, ",\n"...)
		}
		return g.AppendFeature(dst, &ds.Facilities[i], nil)
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n]}\n")
	return err
}

// write writes the head and then each facility, in pieces of about 64 KiB.
func write(w io.Writer, ds *geo.Dataset, head []byte, appendRecord func(dst []byte, i int) []byte) error {
	const piece = 1 << 16
	buffer := head
	for i := range ds.Facilities {
		buffer = appendRecord(buffer, i)
		if len(buffer) < piece {
			continue
		}
		if _, err := w.Write(buffer); err != nil {
			return err
		}
		buffer = buffer[:0]
	}
	_, err := w.Write(buffer)
	return err
}
