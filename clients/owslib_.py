"""OWSLib, the Python library for OGC services."""

import owslib
from owslib.ogcapi.features import Features

from atlas import EXPECTED, URL, attempt, client, ids

client("OWSLib", owslib.__version__)
service = Features(URL)


def pages(**options):
    """All records: OWSLib leaves paging to its caller."""
    got, offset = [], 0
    while True:
        page = service.collection_items("facilities", limit=50, offset=offset, **options)
        got += page["features"]
        offset += 50
        if offset >= page["numberMatched"]:
            return got


def found(**options):
    return sorted(f["id"] for f in pages(**options))


attempt("lists the collections", ["facilities", "institutions", "partnerships", "projects", "countries"], service.feature_collections)
attempt("counts", len(ids("all")), lambda: service.collection_items("facilities", limit=1)["numberMatched"])
attempt("pages to the end", ids("all"), found, f"{len(ids('all'))} in pages of 50")
attempt("filters by a list", ids("in Thailand"), lambda: found(country="THA"), len(ids("in Thailand")))
attempt("filters by a comparison", ids("since 2016"), lambda: found(filter="established > 2015"), len(ids("since 2016")))
attempt("filters by a box", ids("in the box"), lambda: [i for i in found(bbox=[97, 5, 106, 21]) if i not in ids("without a position")], len(ids("in the box")))
attempt("an empty result", [], lambda: found(city="Atlantis"))
attempt("no position", ids("without a position"), lambda: sorted(f["id"] for f in pages() if f["geometry"] is None))
attempt("Thai text", EXPECTED["thai name"], lambda: service.collection_item("facilities", EXPECTED["thai id"])["properties"]["name_local"])
attempt("types", {"integer", "string", "array"},
        lambda: {service.collection_queryables("facilities")["properties"][n]["type"] for n in ("established", "name", "sectors")})
attempt("another CRS", True, lambda: abs(pages(country="THA", crs="http://www.opengis.net/def/crs/EPSG/0/3857")[0]["geometry"]["coordinates"][0]) > 1e6)
