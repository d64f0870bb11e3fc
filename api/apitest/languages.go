package apitest

import (
	"innoatlas/geo"
)

// InLanguages is Dataset with texts in other languages: some records say all in a language,
// some a part, and one nothing.
func InLanguages() *geo.Dataset {
	ds := Dataset()
	ds.Revision = "fixture in languages"
	machine := func(field, lang, text string) geo.Translation {
		return geo.Translation{Field: field, Lang: lang, Text: text, Origin: geo.FromMachine}
	}
	stale := machine("summary", "th", "งานฟิล์มบาง")
	stale.Stale = true
	ds.Facilities[0].Admin1 = "Bangkok Metropolis"
	ds.Facilities[0].Translations = &geo.Translations{All: []geo.Translation{
		machine("name", "lo", "ຫ້ອງທົດລອງແສງຕາເວັນ"), machine("summary", "lo", "ເຮັດວຽກກ່ຽວກັບຟິມບາງ"),
		machine("name", "th", "ห้องแล็บแสงอาทิตย์"), stale, // the name is printed in Thai
		machine("name", "zh", "太阳能实验室"), machine("summary", "zh", "研究“薄膜”和逆变器。"),
	}}
	ds.Facilities[2].Translations = &geo.Translations{All: []geo.Translation{
		machine("name", "id", "Tambak ikan"), {Field: "name", Lang: "zh", Text: "跨日界线养鱼场", Origin: geo.FromPerson},
	}}
	ds.Facilities[3].Translations = &geo.Translations{All: []geo.Translation{machine("name", "zh", "无地点实验室"), machine("summary", "zh", "没有英文")}}
	ds.PlaceNames = []geo.PlaceName{
		{Country: "THA", Admin1: "Bangkok Metropolis", City: "Bangkok", Lang: "zh", Name: "曼谷", Origin: "naturalearth"},
		{Country: "THA", Admin1: "Bangkok Metropolis", Lang: "lo", Name: "ບາງກອກ", Origin: geo.FromMachine},
		{Country: "CHN", City: "Nanning", Lang: "zh", Name: "南宁", Origin: geo.FromSource},
	}
	return ds
}
