package dataset

import "innoatlas/geo"

var termsHeader = header{optional: []string{"licence", "licence_url", "attribution"}}

// readTerms reads the terms of the data set, which are one row.
func (l *loader) readTerms(s *sheet) error {
	rows := 0
	for r, err := range s.records() {
		if err != nil {
			return err
		}
		if rows++; rows > 1 {
			r.fail("", "", "is one more than the one row that there may be")
			return nil
		}
		l.data.Terms = l.checkTerms(r, geo.Terms{Licence: r.cell("licence"), LicenceURL: r.cell("licence_url"), Attribution: r.cell("attribution")})
	}
	return nil
}

// checkTerms keeps out what cannot be shown. Each is one line.
func (l *loader) checkTerms(r *record, t geo.Terms) geo.Terms {
	return geo.Terms{
		Licence:     r.line("licence", t.Licence),
		LicenceURL:  r.checkURL("licence_url", t.LicenceURL),
		Attribution: r.line("attribution", t.Attribution),
	}
}
