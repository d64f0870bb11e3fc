package api

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Those who pass a link on add to its address where it was seen: newsletters, searches,
// advertisements, messengers. A reader who follows such a link asks for nothing by that,
// so pages pass over it in silence, and their own links do not have it. A program that
// sends it is refused as with all that is not known: it wrote its parameters itself.

// trackingPrefixes begin the names that campaigns are told by.
var trackingPrefixes = []string{"utm_", "mtm_", "pk_", "piwik_", "hsa_"}

// tracking are the other names, in lower case.
var tracking = map[string]bool{
	"fbclid": true, "gclid": true, "gclsrc": true, "dclid": true, "gbraid": true, "wbraid": true, "msclkid": true, "yclid": true, "ysclid": true,
	"twclid": true, "ttclid": true, "igshid": true, "igsh": true, "li_fat_id": true, "epik": true, "rdt_cid": true, "sccid": true, "srsltid": true,
	"mc_cid": true, "mc_eid": true, "mkt_tok": true, "_hsenc": true, "_hsmi": true, "_ga": true, "_gl": true, "_openstat": true, "vero_id": true, "oly_enc_id": true,
	"oly_anon_id": true, "s_cid": true, "spm": true, "scm": true, "bd_vid": true, "qz_gdt": true, "gdt_vid": true, "isappinstalled": true, "zarsrc": true,
}

// messengers are the values by which WeChat says in from where a link was passed on.
var messengers = []string{"singlemessage", "groupmessage", "timeline"}

func isTracking(name string, values []string) bool {
	name = strings.ToLower(name)
	begins := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
	return tracking[name] || slices.ContainsFunc(trackingPrefixes, begins) || name == "from" && len(values) == 1 && slices.Contains(messengers, values[0])
}

// DropTracking takes out of the parameters of a page what others added to its address.
func DropTracking(params url.Values) { maps.DeleteFunc(params, isTracking) }

// isPage reports whether a request is answered by a page, if it is answered at all.
func (res *Resource) isPage(r *http.Request, params url.Values) bool {
	if len(params) == 0 || !slices.Contains(res.formats, htmlFormat) {
		return false
	}
	f, err := chooseFormat(res.formats, params.Get("f"), r.Header.Get("Accept"))
	return err == nil && f == htmlFormat
}
