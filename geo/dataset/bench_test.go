package dataset

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func BenchmarkBuiltin(b *testing.B) {
	for b.Loop() {
		if _, err := loadBuiltin(); err != nil {
			b.Fatal(err)
		}
	}
}

// 100,000 rows with one country, two sectors and a position each.
func BenchmarkRead(b *testing.B) {
	var file bytes.Buffer
	file.WriteString("id,slug,kind,name,country,city,lon,lat,sectors,established\n")
	for i := range 100_000 {
		fmt.Fprintf(&file, "%d,slug-%d,kind-%d,\"Institute of Research, No. %d\",TH,Bangkok,%.5f,%.5f,rice;maize,%d\n",
			i+1, i, i%5, i, 100+float64(i%1000)/997, 13+float64(i%777)/991, 1950+i%70)
	}
	path := filepath.Join(b.TempDir(), "a.csv")
	if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		if _, _, err := Read(path); err != nil {
			b.Fatal(err)
		}
	}
}
