"""Reads a server with the client that openapi-generator makes of its definition: every operation, once."""
import inspect
import sys

import atlas
from atlas import api

# What an operation needs, by the names of its arguments.
needed = {"feature_id": None, "zoom": 3, "tile_matrix": "0", "tile_row": 0, "tile_col": 0}

# How the files begin, by the ends of the names of operations.
begins = {"geojsonl": b'{"type":"Feature"', "xlsx": b"PK", "fgb": b"fgb", "gpkg": b"SQLite", "kml": b"<?xml", "parquet": b"PAR1", "get_tile": b"\x1a"}


def arguments(name, method):
    required = [p.name for p in inspect.signature(method).parameters.values() if p.default is p.empty]
    return {p: ("1" if "facilities" in name else "tha") if p == "feature_id" else needed[p] for p in required}


def operations(client):
    for name, made in inspect.getmembers(api, inspect.isclass):
        for operation, method in inspect.getmembers(made(client), inspect.ismethod):
            if not operation.startswith("_") and not operation.endswith(("_with_http_info", "_without_preload_content")):
                yield operation, method


def check(name, got):
    if name.startswith("head_"):
        assert got is None, got
        return
    for end, begin in begins.items():
        if name.endswith(end):
            assert isinstance(got, (bytes, bytearray)) and bytes(got).startswith(begin), f"{type(got)} {got[:20]!r}"
    if name.endswith("csv"):
        assert isinstance(got, str) and "id,slug," in got[:20], got[:40]
    if name.endswith("geojson"):
        assert isinstance(got, atlas.FeatureCollection) and len(got.features) >= 10, type(got)


def main():
    client = atlas.ApiClient(atlas.Configuration(host=sys.argv[1]))
    failed, called = [], 0
    for name, method in operations(client):
        called += 1
        try:
            check(name, method(**arguments(name, method)))
        except Exception as e:  # whatever it is, the next is tried too
            failed.append(f"{name}: {type(e).__name__}: {str(e)[:500]}")
    assert called > 40, called
    assert not failed, "\n".join(failed)
    facilities = api.FacilitiesApi(client)
    page = facilities.get_features_facilities(country="THA", limit=5, lang="zh-CN", sortby="-established")
    assert len(page.features) == 5 and page.number_matched > 5 and page.features[0].properties["country"] == "THA", page
    facets = facilities.get_facets_facilities(sector="new-energy")
    assert facets.facets["country"].buckets, facets
    print("all fetched")


main()
