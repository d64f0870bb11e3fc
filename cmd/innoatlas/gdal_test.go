package main

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// TestGDAL reads the running service with GDAL, the reader behind QGIS, geopandas
// and R. Expectations are those of the data set's README.
func TestGDAL(t *testing.T) {
	t.Parallel()
	s := startPlain(t, "--log-queries")
	oapif := "OAPIF:" + s.url
	all := fmt.Sprintf("Feature Count: %d", builtinFacilities(t))
	cases := map[string]struct {
		args []string
		want []string
	}{
		"lists the collections":         {[]string{"ogrinfo", oapif}, []string{"facilities", "countries"}},
		"counts the facilities":         {[]string{"ogrinfo", "-so", oapif, "facilities"}, []string{all, "Geometry: Point", "established: Integer"}},
		"reads every page":              {[]string{"ogrinfo", "-al", "-q", oapif, "facilities", "-oo", "PAGE_SIZE=10"}, []string{"guangxi-nanyang-innovation-center"}},
		"pushes a filter to the server": {[]string{"ogrinfo", "-so", oapif, "facilities", "-where", "country='THA'"}, []string{"Feature Count: 22"}},
		"keeps Chinese names":           {[]string{"ogrinfo", "-al", "-q", oapif, "facilities", "-where", "slug='hiseaton-brunei-cage-culture'"}, []string{"渔业合作示范区"}},
		"reads the countries":           {[]string{"ogrinfo", "-so", oapif, "countries"}, []string{"Multi Polygon", "facilities: Integer", "kind_joint_laboratory: Integer"}},
		"reads a whole filtered set":    {[]string{"ogrinfo", "-so", "-al", s.url + "/data/facilities.geojson?country=THA,LAO"}, []string{"Feature Count: 42"}},
		"reads the CSV":                 {[]string{"ogrinfo", "-so", "-al", "/vsicurl/" + s.url + "/data/facilities.csv"}, []string{all}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(c.args[0], c.args[1:]...)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v (GDAL is the package gdal-bin)\n%s", strings.Join(c.args, " "), err, out)
			}
			for _, want := range c.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("%s: no %q in\n%.2000s", strings.Join(c.args, " "), want, out)
				}
			}
			if strings.Contains(string(out), "ERROR") || strings.Contains(string(out), "Warning") {
				t.Errorf("GDAL complains:\n%.1000s", out)
			}
		})
	}
	if err := s.stop(t); err != nil {
		t.Fatal(err)
	}
	if logs := s.logs.String(); !strings.Contains(logs, "country=THA") {
		t.Errorf("the filter country=THA was not asked of the server:\n%.2000s", logs)
	}
}
