package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// secureFields are those of every answer. Their values are shared.
var secureFields = []headerField{
	{"X-Content-Type-Options", []string{"nosniff"}},
	{"Referrer-Policy", []string{"strict-origin-when-cross-origin"}},
	{"Access-Control-Allow-Origin", []string{"*"}},
	{"Access-Control-Expose-Headers", []string{"Link, Content-Crs, ETag, Location, Accept-Ranges, Content-Range, Content-Disposition, Retry-After, " +
		"OGC-NumberMatched, OGC-NumberReturned, X-Request-Id"}},
}

// contentSecurityPolicy is that of HTML pages: nothing from elsewhere, nothing inline.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secure gives every answer, errors too, the headers that protect who reads it,
// and lets pages of any origin read it (the data is public, and nothing here
// reads a cookie).
func secure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		secureHeader(c.Response().Header())
		return next(c)
	}
}

func secureHeader(h http.Header) {
	for _, field := range secureFields {
		h[field.name] = field.values
	}
}

// maxURL is the longest request target that is read, in bytes.
const maxURL = 16 << 10

// guard refuses what no resource reads, before anything is parsed.
func guard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := refusal(c.Request()); err != nil {
			return err
		}
		return next(c)
	}
}

// refusal says why a request is not read; nil where it is.
func refusal(r *http.Request) error {
	switch {
	case len(r.RequestURI) > maxURL:
		return &statusError{http.StatusRequestURITooLong, "the address is longer than 16 KiB; send fewer values, or search words in place of long lists"}
	case r.Header.Get("Content-Encoding") != "":
		return &statusError{http.StatusUnsupportedMediaType, "requests with a Content-Encoding are not read; send none"}
	case r.ContentLength != 0 && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		return &statusError{http.StatusRequestEntityTooLarge, "a " + r.Method + " request has no body here; send what you ask for as query parameters"}
	}
	return nil
}
