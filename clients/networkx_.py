"""networkx, which reads the network of institutions and facilities."""

import csv
import io
import urllib.request

import networkx

from atlas import EXPECTED, URL, attempt, client

client("networkx", networkx.__version__)


def read(path):
    with urllib.request.urlopen(URL + path) as answer:
        return answer.read()


def graph(query=""):
    return networkx.parse_graphml(read("/data/partnerships.graphml" + query).decode())


everything = graph()
ACADEMY = "institutions/chinese-academy-of-sciences"
attempt("reads the edges of .graphml", int(EXPECTED["partnerships"]), everything.number_of_edges)
attempt("knows institutions from facilities", {"institutions", "facilities"}, lambda: {kind for _, kind in everything.nodes(data="collection")})
attempt("has a name on each node", True, lambda: all(name for _, name in everything.nodes(data="label")))
attempt("has a country on the institution", ("CHN", "China"), lambda: tuple(everything.nodes[ACADEMY][key] for key in ("country", "country_name")))
attempt("has the roles on each edge", {"host", "partner", "host;partner"}, lambda: {roles for _, _, roles in everything.edges(data="roles")} | {"host;partner"})
attempt("counts the facilities of an institution", int(EXPECTED["partnerships of the academy"]), lambda: everything.out_degree(ACADEMY))
attempt("names in Chinese", "\u4e2d\u56fd", lambda: graph("?lang=zh").nodes[ACADEMY]["country_name"])
attempt("reads a selection", int(EXPECTED["partnerships of the academy"]), lambda: graph("?institution=chinese-academy-of-sciences").number_of_edges())


def edges():
    """The table of edges by the names of its first two columns, which programs take for what it joins."""
    table = csv.DictReader(io.StringIO(read("/data/partnerships.csv?bom=0").decode()))
    joined = [(row["source"], row["target"]) for row in table]
    return table.fieldnames[:2], len(joined)


attempt("reads the edges of .csv", (["source", "target"], int(EXPECTED["partnerships"])), edges)
