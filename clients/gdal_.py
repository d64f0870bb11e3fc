"""GDAL and ogr2ogr, by their command line."""

import json
import subprocess
import tempfile

from atlas import EXPECTED, ITEMS, URL, asked, attempt, check, client, ids

SERVICE = "OAPIF:" + URL


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode or "ERROR" in done.stderr:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def features(source, *options):
    return json.loads(output("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", source, *options))["features"]


def found(source, *options):
    return sorted(f["properties"]["id"] for f in features(source, *options))


def summary(source, *options):
    return output("ogrinfo", "-so", source, *options)


def fields(source, layer):
    """The names of the fields with their types."""
    lines = summary(source, layer).split("\n")
    return {line.split(": ")[0]: line.split(": ")[1].split(" (")[0] for line in lines if ": " in line and "(" in line}


def open_file(suffix):
    """Downloads a file of the records in Thailand, and reads it."""
    with tempfile.NamedTemporaryFile(suffix="." + suffix) as file:
        output("curl", "-fsS", "-o", file.name, f"{URL}/data/facilities.{suffix}?country=THA")
        return read_file(file.name, suffix)


def read_file(name, suffix):
    layer = {"xlsx": ["Data", "-oo", "HEADERS=FORCE"], "gpkg": ["facilities"]}.get(suffix, [])
    return sorted(int(f["properties"].get("id", f.get("id"))) for f in features(name, *layer))


def metres_east():
    """How far east of Greenwich the first record in Thailand is, as GDAL reads Web Mercator."""
    text = output("ogrinfo", "-q", "-al", f"{ITEMS}?crs=http://www.opengis.net/def/crs/EPSG/0/3857&country=THA&limit=1")
    return float(text.split("POINT (")[1].split()[0])


client("GDAL", output("ogrinfo", "--version").split()[1].strip(","))
COLLECTIONS = ["facilities", "institutions", "partnerships", "projects", "countries"]
attempt("lists the collections", COLLECTIONS, lambda: [n for n in COLLECTIONS if n in output("ogrinfo", SERVICE)])
attempt("counts", True, lambda: f"Feature Count: {len(ids('all'))}\n" in summary(SERVICE, "facilities"), len(ids("all")))
attempt("pages to the end", ids("all"), lambda: found(SERVICE, "facilities", "-oo", "PAGE_SIZE=7"), f"{len(ids('all'))} in pages of 7")
attempt("reads the countries", int(EXPECTED["countries"]), lambda: len(features(SERVICE, "countries")))
attempt("reads the institutions", int(EXPECTED["institutions"]), lambda: len(features(SERVICE, "institutions")))


def shapes(found, *types):
    """How many records there are, and how many of them have a geometry of these types."""
    return len(found), sum(1 for f in found if f["geometry"] and f["geometry"]["type"] in types)


def lines(found):
    return shapes(found, "LineString", "MultiLineString")


def points(found):
    return shapes(found, "MultiPoint")


def network_file(collection, suffix, kind):
    with tempfile.NamedTemporaryFile(suffix="." + suffix) as file:
        output("curl", "-fsS", "-o", file.name, f"{URL}/data/{collection}.{suffix}")
        return kind(features(file.name, *([collection] if suffix == "gpkg" else [])))


LINES = (int(EXPECTED["partnerships"]), int(EXPECTED["lines"]))
attempt("reads the partnerships as lines", LINES, lambda: lines(features(SERVICE, "partnerships")))
for suffix, want in (("gpkg", LINES), ("geojson", LINES), ("fgb", (LINES[1], LINES[1])), ("kml", LINES)):
    attempt(f"opens lines in .{suffix}", want, lambda: network_file("partnerships", suffix, lines))
attempt("filters partnerships by institution", int(EXPECTED["partnerships of the academy"]),
        lambda: len(features(SERVICE, "partnerships", "-where", "institution = 'chinese-academy-of-sciences'")))
PLACES = (int(EXPECTED["projects"]), int(EXPECTED["placed projects"]))
attempt("reads the projects as points", PLACES, lambda: points(features(SERVICE, "projects")))
for suffix, want in (("gpkg", PLACES), ("geojson", PLACES), ("fgb", (PLACES[1], PLACES[1])), ("kml", PLACES)):
    attempt(f"opens several points in .{suffix}", want, lambda: network_file("projects", suffix, points))

attempt("filters by a list", ids("in Thailand"), lambda: found(SERVICE, "facilities", "-where", "country = 'THA'"))
check("pushes the list to the server", asked("country=THA") or asked("filter=country = 'THA'"), True)
attempt("filters by a comparison", ids("since 2016"), lambda: found(SERVICE, "facilities", "-where", "established > 2015"), len(ids("since 2016")))
check("pushes the comparison to the server", asked("filter=", "established", "2015"), True)
attempt("filters by a pattern", ids("rice"), lambda: found(SERVICE, "facilities", "-where", "name ILIKE '%rice%'"), len(ids("rice")))
attempt("filters by a box", ids("in the box"), lambda: [i for i in found(SERVICE, "facilities", "-spat", "97", "5", "106", "21") if i not in ids("without a position")], len(ids("in the box")))
check("pushes the box to the server", asked("bbox=97,5,106,21"), True)
attempt("an empty result", [], lambda: found(SERVICE, "facilities", "-where", "city = 'Atlantis'"))

attempt("no position", ids("without a position"), lambda: sorted(f["properties"]["id"] for f in features(SERVICE, "facilities") if f["geometry"] is None))
attempt("Thai text", EXPECTED["thai name"], lambda: features(SERVICE, "facilities", "-where", f"id = {EXPECTED['thai id']}")[0]["properties"]["name_local"])
attempt("Chinese text", EXPECTED["chinese name"], lambda: features(SERVICE, "facilities", "-where", f"id = {EXPECTED['chinese id']}")[0]["properties"]["name_zh"])


def read_in_chinese(source, layer="facilities"):
    """What the record with a Chinese name is called, and its kind, where the address asks for Chinese."""
    p = next(f["properties"] for f in features(source, layer) if f["properties"]["id"] == int(EXPECTED["chinese id"]))
    return p["name"], p["kind_label"]


IN_CHINESE = (EXPECTED["chinese name"], EXPECTED["chinese kind"])
attempt("names and labels in Chinese", IN_CHINESE, lambda: read_in_chinese(SERVICE + "/?lang=zh"))
attempt("names and labels in Chinese in .gpkg", IN_CHINESE, lambda: read_in_chinese(f"/vsicurl/{URL}/data/facilities.gpkg?lang=zh"))
attempt("types", {"established": "Integer", "name": "String", "name_local": "String", "updated": "DateTime", "sectors": "StringList"},
        lambda: {n: fields(SERVICE, "facilities").get(n) for n in ("established", "name", "name_local", "updated", "sectors")})
attempt("another CRS", True, lambda: 1.0e7 < metres_east() < 1.2e7)
for suffix, records in (("fgb", "with a position"), ("gpkg", "all"), ("geojson", "all")):
    attempt(f"reads .{suffix} in parts where it is", ids(records), lambda: read_file(f"/vsicurl/{URL}/data/facilities.{suffix}", suffix), len(ids(records)))
for suffix in ("geojson", "geojsonl", "csv", "xlsx", "fgb", "gpkg", "kml"):
    attempt(f"opens .{suffix}", ids("in Thailand"), lambda: open_file(suffix), len(ids("in Thailand")))
