package geo

import "strings"

// Terms are the conditions on which a data set may be used; what is empty is not stated.
type Terms struct {
	Licence, LicenceURL string
	Attribution         string // whom to name
}

// Over gives these terms where they are stated, and those of the data set in place of
// the rest. A licence and its address belong together. Whom the data set names stays
// named: its own licence may ask for that, as CC BY does.
func (t Terms) Over(data Terms) Terms {
	if t.Licence == "" && t.LicenceURL == "" {
		t.Licence, t.LicenceURL = data.Licence, data.LicenceURL
	}
	switch {
	case strings.Contains(t.Attribution, data.Attribution): // the same, or nobody
	case t.Attribution == "":
		t.Attribution = data.Attribution
	default:
		t.Attribution += " · " + data.Attribution
	}
	return t
}
