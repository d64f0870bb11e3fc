"""geopandas, which reads through fiona and GDAL."""

import geopandas

from atlas import EXPECTED, ITEMS, URL, attempt, client, ids

client("geopandas", geopandas.__version__)


def read(address, **options):
    return geopandas.read_file(address, **options)


def found(frame):
    return sorted(int(i) for i in frame["id"])


everything = read(f"{URL}/data/facilities.geojson")
attempt("reads everything", ids("all"), lambda: found(everything), len(everything))
attempt("pages by itself with limit", ids("all"), lambda: found(read(f"{ITEMS}?limit=10000")), len(ids("all")))
attempt("reads the countries", int(EXPECTED["countries"]), lambda: len(read(f"{URL}/data/countries.geojson")))
for suffix in ("geojson", "gpkg"):
    attempt(f"reads the institutions in .{suffix}", int(EXPECTED["institutions"]), lambda: len(read(f"{URL}/data/institutions.{suffix}")))
    attempt(f"reads the partnerships as lines in .{suffix}", (int(EXPECTED["partnerships"]), int(EXPECTED["lines"])),
            lambda: (len(read(f"{URL}/data/partnerships.{suffix}")), int(read(f"{URL}/data/partnerships.{suffix}").geometry.notna().sum())))
attempt("reads the projects as points", (int(EXPECTED["projects"]), int(EXPECTED["placed projects"])),
        lambda: (lambda all: (len(all), int((all.geom_type == "MultiPoint").sum())))(read(f"{URL}/data/projects.geojson")))
attempt("filters by a list", ids("in Thailand"), lambda: found(read(f"{ITEMS}?country=THA&limit=10000")), len(ids("in Thailand")))
attempt("filters by a comparison", ids("since 2016"), lambda: found(read(f"{ITEMS}?filter=established%3E2015&limit=10000")), len(ids("since 2016")))
attempt("an empty result", 0, lambda: len(read(f"{ITEMS}?city=Atlantis")))
attempt("no position", ids("without a position"), lambda: found(everything[everything.geometry.isna()]))
attempt("Thai text", EXPECTED["thai name"], lambda: everything.set_index("id").loc[int(EXPECTED["thai id"]), "name_local"])
attempt("Chinese text", EXPECTED["chinese name"], lambda: everything.set_index("id").loc[int(EXPECTED["chinese id"]), "name_zh"])
for source in (f"{ITEMS}?lang=zh&limit=10000", f"{URL}/data/facilities.gpkg?lang=zh"):
    kind = "items" if "items" in source else ".gpkg"
    attempt(f"names and labels in Chinese in {kind}", (EXPECTED["chinese name"], EXPECTED["chinese kind"]),
            lambda: tuple(read(source).set_index("id").loc[int(EXPECTED["chinese id"]), ["name", "kind_label"]]))
attempt("types", ("EPSG:4326", "float64", "object"), lambda: (str(everything.crs), str(everything["established"].dtype), str(everything["name"].dtype)))
attempt("another CRS", True, lambda: bool(1.0e7 < read(f"{ITEMS}?crs=http://www.opengis.net/def/crs/EPSG/0/3857&country=THA").geometry.x.mean() < 1.2e7))
for suffix, records in (("fgb", "with a position"), ("gpkg", "all"), ("geojson", "all")):
    options = {"layer": "facilities"} if suffix == "gpkg" else {}
    attempt(f"reads .{suffix} in parts where it is", ids(records), lambda: found(read(f"/vsicurl/{URL}/data/facilities.{suffix}", **options)), len(ids(records)))
for suffix in ("fgb", "gpkg", "geojsonl"):
    attempt(f"opens .{suffix}", ids("in Thailand"), lambda: found(read(f"{URL}/data/facilities.{suffix}?country=THA")), len(ids("in Thailand")))
