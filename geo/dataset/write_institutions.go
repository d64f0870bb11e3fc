package dataset

import (
	"io"
	"slices"

	"innoatlas/geo"
	"innoatlas/geo/format"
)

// tabulated is a collection as its table has it: with the fields of one's own, and
// without what follows from other tables, as where a project stands.
func tabulated(ds *geo.Dataset, c *geo.Collection) *geo.Collection {
	with := c.With(ds.Fields[c.ID])
	if c.Is(geo.Projects) {
		with.Geometry = geo.NoGeometry
	}
	with.Fields = slices.DeleteFunc(slices.Clone(with.Fields), func(f geo.Field) bool { return f.Derived })
	return with
}

// writeRecords writes the table of a collection that has no struct of its own.
func writeRecords(w io.Writer, ds *geo.Dataset, c *geo.Collection) error {
	table := format.NewCSV(&geo.Catalog{}, tabulated(ds, c))
	buffer := table.Header()
	for i := range ds.Records[c.ID] {
		buffer = table.AppendRow(buffer, &ds.Records[c.ID][i])
	}
	_, err := w.Write(buffer)
	return err
}

// linkLines are the links that are stated: the others follow from the records.
func linkLines(ds *geo.Dataset) [][]string {
	lines := [][]string{linksHeader.required}
	for _, k := range ds.Links {
		if k.Stated {
			lines = append(lines, []string{k.Facility, k.Institution, k.Role})
		}
	}
	return lines
}
