package pages

// Credits are whom a page names for the data, and on what terms that may be used; what is
// empty is not stated. Whoever draws the map has credits of its own besides.
type Credits struct {
	Attribution         string
	Licence, LicenceURL string
}
