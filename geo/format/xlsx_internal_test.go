package format

import (
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"innoatlas/geo"
)

// A row more than a sheet has is refused.
func TestSheetIsFull(t *testing.T) {
	b, err := newWorkbook(File{Collection: geo.Countries, Catalog: &geo.Catalog{}}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer b.file.Close()
	s, err := b.newSheet("Data", []string{"id"}, []float64{8})
	if err != nil {
		t.Fatal(err)
	}
	s.rows = excelize.TotalRows - 1
	if err := s.add([]any{1}); err != nil {
		t.Errorf("the last row: %v", err)
	}
	var limit *LimitError
	if err := s.add([]any{2}); !errors.As(err, &limit) || !strings.Contains(limit.Reason, "1048576 rows") || !strings.Contains(limit.Reason, "narrow the selection") {
		t.Errorf("one more: %v", err)
	}
}
