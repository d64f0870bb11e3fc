package api

import (
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"innoatlas/geo"
	"innoatlas/texts"
)

// representation is one form of a resource.
type representation struct {
	names     []string    // values of f that ask for it
	mediaType string      // in links and in Content-Type
	accepts   []string    // media types in Accept that mean it
	name      string      // of the format, in titles of links to a file
	packed    bool        // compressed by itself
	file      *fileFormat // of which it is; nil: of none
}

var (
	jsonFormat = &representation{
		names:     []string{"json"},
		mediaType: "application/json",
		accepts:   []string{"application/json"},
	}
	geoJSONFormat = &representation{
		names:     []string{"json", "geojson"},
		mediaType: "application/geo+json",
		accepts:   []string{"application/geo+json", "application/vnd.geo+json", "application/json"},
	}
	openAPIFormat = &representation{
		names:     []string{"json"},
		mediaType: "application/vnd.oai.openapi+json;version=3.0",
		accepts:   []string{"application/vnd.oai.openapi+json", "application/json"},
	}
	schemaFormat = &representation{
		names:     []string{"json"},
		mediaType: "application/schema+json",
		accepts:   []string{"application/schema+json", "application/json"},
	}
	htmlFormat = &representation{
		names:     []string{"html"},
		mediaType: "text/html",
		accepts:   []string{"text/html"},
	}
)

// negotiate chooses a representation by the Accept header: the highest q, then
// the one that is named more exactly, then the earlier of the formats. What
// accepts none of them gets the first: programs do not always say what they read.
func negotiate(formats []*representation, accept string) *representation {
	best, bestQ, bestRank := formats[0], 0.0, 0
	for _, f := range formats {
		q, rank := f.quality(accept)
		if q > bestQ || q == bestQ && q > 0 && rank > bestRank {
			best, bestQ, bestRank = f, q, rank
		}
	}
	return best
}

// quality is the q of the most exact media range that names the format, and how
// exact that is: 3 a type, 2 type/*, 1 */*, 0 none.
func (f *representation) quality(accept string) (q float64, rank int) {
	for value, weight := range qualities(accept) {
		r := f.rank(value)
		if r > rank || r == rank && r > 0 && weight > q {
			q, rank = weight, r
		}
	}
	return q, rank
}

func (f *representation) rank(mediaRange string) int {
	if mediaRange == "*/*" || mediaRange == "*" {
		return 1
	}
	for _, t := range f.accepts {
		if strings.EqualFold(mediaRange, t) {
			return 3
		}
	}
	group, isGroup := strings.CutSuffix(mediaRange, "/*")
	if own, _, _ := strings.Cut(f.mediaType, "/"); isGroup && strings.EqualFold(group, own) {
		return 2
	}
	return 0
}

// qualities are the values of a header like Accept or Accept-Encoding (RFC 9110
// §12.4.2) with their weights, parameters other than q dropped. A weight that is
// no number from 0 to 1 leaves its value out.
func qualities(header string) iter.Seq2[string, float64] {
	return func(yield func(string, float64) bool) {
		for part := range strings.SplitSeq(header, ",") {
			value, parameters, _ := strings.Cut(part, ";")
			q, ok := weight(parameters)
			if value = strings.TrimSpace(value); value == "" || !ok {
				continue
			}
			if !yield(value, q) {
				return
			}
		}
	}
}

func weight(parameters string) (q float64, ok bool) {
	for parameters != "" {
		var p string
		p, parameters, _ = strings.Cut(parameters, ";")
		name, value, _ := strings.Cut(p, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		return q, err == nil && q >= 0 && q <= 1
	}
	return 1, true
}

// chooseFormat is the representation that f names, or where it is not given the
// one that Accept prefers.
func chooseFormat(formats []*representation, f, accept string) (*representation, error) {
	if f == "" {
		if accept == "" || len(formats) == 1 {
			return formats[0], nil
		}
		return negotiate(formats, accept), nil
	}
	var names []string
	for _, format := range formats {
		if slices.Contains(format.names, f) {
			return format, nil
		}
		names = append(names, format.names...)
	}
	return nil, &geo.InputError{Param: "f", Value: f, Reason: "write one of " + strings.Join(names, ", ")}
}

// languages are those of the labels and of the pages for everyone; the first is
// the default.
var languages = func() []string {
	codes := make([]string, len(texts.Languages))
	for i, l := range texts.Languages {
		codes[i] = l.Code
	}
	return codes
}()

// languageMatcher finds the one of ours, by its place in served, that a reader wants: readers
// of traditional characters get the simplified ones rather than English.
var languageMatcher, served = func() (language.Matcher, []string) {
	var tags []language.Tag
	codes := slices.Clone(languages)
	for _, l := range texts.Languages {
		tags = append(tags, language.Make(l.Code))
	}
	for _, l := range texts.Languages {
		for _, reader := range l.ReadBy {
			tags, codes = append(tags, language.Make(reader)), append(codes, l.Code)
		}
	}
	return language.NewMatcher(tags), codes
}()

// LanguageNamed is the one of ours that a tag means: zh-CN, zh_Hans and cmn are zh, and in
// and tl are what id and fil were called before. It is looked up as RFC 4647 §3.4 has it:
// one subtag after the other is left out at the end. Empty: there is none.
func LanguageNamed(tag string) string {
	if i := strings.IndexAny(tag, ".@"); i >= 0 { // zh_CN.UTF-8
		tag = tag[:i]
	}
	tag = strings.ReplaceAll(tag, "_", "-")
	for more := tag != ""; more; {
		for _, code := range languages {
			if strings.EqualFold(code, tag) {
				return code
			}
		}
		i := strings.LastIndexByte(tag, '-')
		if more = i >= 0; more {
			tag = tag[:i]
		}
	}
	return otherwise(tag)
}

// otherwise is the one of ours that is also known by another code of ISO 639.
func otherwise(code string) string {
	if code == "" || len(code) > 3 {
		return ""
	}
	parsed, err := language.All.Parse(code)
	base, sure := parsed.Base()
	if err != nil || sure != language.Exact || !slices.Contains(languages, base.String()) {
		return ""
	}
	return base.String()
}

// chooseLanguage is what lang names, or where it names none of ours the one that
// Accept-Language prefers.
func chooseLanguage(lang string, h http.Header) string {
	if named := LanguageNamed(lang); named != "" {
		return named
	}
	accept := h.Get("Accept-Language")
	if accept == "" || len(accept) > 1024 {
		return languages[0]
	}
	_, i := language.MatchStrings(languageMatcher, accept)
	return served[i]
}

const english = texts.Default

// documentLanguage is that of the API's own documents, for a reader of any language: they
// are written in some of them.
func documentLanguage(lang string) string {
	if l := texts.In(lang).Language; l.Documents {
		return l.Code
	}
	return english
}
