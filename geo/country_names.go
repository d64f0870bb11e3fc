package geo

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"innoatlas/texts"
)

// Name is the country's name in a language: what the data set says, else our own
// where the country takes part in the cooperation, else that of CLDR. It is in
// English where there is none. Our own are as the public services of these countries
// write them: CLDR adds the former name of one in brackets, and spells some as nobody
// there does.
func (c *Country) Name(lang string) string {
	if name := c.Names[lang]; name != "" {
		return name
	}
	if name := texts.Own(lang, "country."+c.Code); name != "" {
		return name
	}
	if region, err := language.ParseRegion(c.Alpha2); err == nil {
		if name := regionName(region, lang); name != "" {
			return name
		}
	}
	return c.Names.In("en")
}

// regionName is the name in CLDR; empty where it has none in that language.
func regionName(region language.Region, lang string) string {
	if namer := namers[lang]; namer != nil {
		return namer.Name(region)
	}
	return ""
}

var namers = func() map[string]display.Namer {
	all := map[string]display.Namer{}
	for _, l := range texts.Languages {
		all[l.Code] = display.Regions(language.Make(l.Code)) // nil where CLDR lacks the language
	}
	return all
}()
