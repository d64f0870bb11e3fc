package geo

import "cmp"

// Terms are the conditions on which a data set may be used; what is empty is not stated.
type Terms struct {
	Licence, LicenceURL string
	Attribution         string // whom to name
}

// Over gives these terms where they are stated, and those of the data set in place of
// the rest. A licence and its address belong together.
func (t Terms) Over(data Terms) Terms {
	if t.Licence == "" && t.LicenceURL == "" {
		t.Licence, t.LicenceURL = data.Licence, data.LicenceURL
	}
	t.Attribution = cmp.Or(t.Attribution, data.Attribution)
	return t
}
