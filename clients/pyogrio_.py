"""pyogrio and polars, which scripts of today read files by."""

import polars
import pyogrio

from atlas import EXPECTED, LARGE, URL, attempt, client, ids

client("pyogrio", pyogrio.__version__)


def counted(server, suffix, **options):
    return len(pyogrio.read_dataframe(f"/vsicurl/{server}/data/facilities.{suffix}", read_geometry=False, use_arrow=False, **options))


for name in ("fgb", "gpkg", "geojson", "csv", "kml"):
    records = "with a position" if name == "fgb" else "all"
    attempt(f"reads .{name} in parts where it is", len(ids(records)), lambda: counted(URL, name))
for name in ("fgb", "gpkg", "geojson"):
    attempt(f"reads .{name} of 30 MB in parts where it is", int(EXPECTED["large"]), lambda: counted(LARGE, name))
attempt("asks .fgb of 30 MB for a box", True, lambda: 0 < counted(LARGE, "fgb", bbox=(99, 7.1, 100, 7.3)) < int(EXPECTED["large"]))
attempt("polars scans .parquet of 30 MB", int(EXPECTED["large"]), lambda: polars.scan_parquet(f"{LARGE}/data/facilities.parquet").select(polars.len()).collect().item())
