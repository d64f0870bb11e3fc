"""What the scripts share: what to expect, and how to say what was seen."""

import json
import os
import time
import urllib.parse
import urllib.request

URL = os.environ["ATLAS_URL"].rstrip("/")
LARGE = os.environ["ATLAS_LARGE"].rstrip("/")  # a server with files of 30 MB
ITEMS = URL + "/collections/facilities/items"
WEB_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"


def _expected():
    with open(os.environ["ATLAS_EXPECTED"], encoding="utf-8") as file:
        return dict(line.rstrip("\n").split("\t") for line in file)


EXPECTED = _expected()


def ids(name):
    """The ids of the records that a name in the table stands for, in their order."""
    return sorted(int(text) for text in EXPECTED[name].split(",") if text)


def client(name, version):
    print(json.dumps({"client": name, "version": version}), flush=True)


def check(name, got, want, seen=None):
    """One check: it came out right where got equals want."""
    ok = got == want
    text = str(seen if ok and seen is not None else got)[:300]
    print(json.dumps({"check": name, "ok": ok, "seen": text if ok else f"{text}, not {str(want)[:300]}"}), flush=True)


def attempt(name, want, get, seen=None):
    """A check whose value may fail to be had at all."""
    try:
        check(name, get(), want, seen)
    except Exception as error:  # whatever a client raises is what is to be reported
        check(name, f"{type(error).__name__}: {error}", want)


def asked(*parts):
    """Whether one request in the server's log has all of the parts. A line comes there a moment after its answer."""
    for _ in range(20):
        with open(os.environ["ATLAS_LOG"], encoding="utf-8") as log:
            if any(all(part in urllib.parse.unquote_plus(line) for part in parts) for line in log):
                return True
        time.sleep(0.05)
    return False


def fetch(path):
    with urllib.request.urlopen(URL + path) as answer:
        return json.load(answer)
