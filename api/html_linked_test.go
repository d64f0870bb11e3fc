package api

import (
	"strings"
	"testing"

	"innoatlas/api/apitest"
	"innoatlas/geo"
	"innoatlas/geo/cql2"
	"innoatlas/geo/memory"
)

// Records that another names are shown by their names in the language of the page; a slug that
// nobody has leads nowhere.
func TestRecordsAreNamedWithLinks(t *testing.T) {
	ds := apitest.Network()
	project := &ds.Records[geo.Projects.ID][0]
	geo.Projects.Field("facilities").Set(project, cql2.ListOf([]string{"solar-lab-bangkok", "no-such-lab"}))
	geo.Projects.Field("institutions").Set(project, cql2.ListOf([]string{"guangxi-university", "no-such-institute"}))
	s := New(memory.New(ds), fixtureConfig())
	body := get(t, s, "/collections/projects/items/sea-grapes?f=html&lang=zh").Body.String()
	for _, want := range []string{
		`<a href="http://localhost:8080/collections/facilities/items/solar-lab-bangkok?lang=zh" lang="zh">中泰太阳能联合实验室</a>`, `<li>no-such-lab</li>`,
		`<a href="http://localhost:8080/collections/institutions/items/guangxi-university?lang=zh" lang="zh">广西大学</a>`, `<li>no-such-institute</li>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
}
