"""QGIS without its window: the provider behind Layer > Add OGC API layer."""

import functools
import os
import sys
import tempfile
import urllib.request

from qgis.core import (Qgis, QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsFeatureRequest, QgsLayerDefinition,
                       QgsMapRendererSequentialJob, QgsMapSettings, QgsProject, QgsReadWriteContext, QgsRectangle, QgsVectorLayer,
                       QgsVectorTileBasicRenderer, QgsVectorTileLayer, QgsWkbTypes)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

from atlas import EXPECTED, LARGE, URL, asked, attempt, check, client, ids

app = QgsApplication([], False)
app.initQgis()
folder = tempfile.TemporaryDirectory()


def layer(collection="facilities", options="", query=""):
    opened = QgsVectorLayer(f"url='{URL}{query}' typename='{collection}' pagingEnabled='true' pageSize='50' {options}", collection, "OAPIF")
    if not opened.isValid():
        raise RuntimeError(opened.error().message() or "the layer is not valid")
    return opened


def found(source, request=QgsFeatureRequest()):
    return sorted(f["id"] for f in source.getFeatures(request))


def one(source, expression):
    return next(source.getFeatures(QgsFeatureRequest().setFilterExpression(expression)))


client("QGIS", Qgis.QGIS_VERSION.split("-")[0])
facilities = layer()
attempt("counts", len(ids("all")), facilities.featureCount)
attempt("pages to the end", ids("all"), lambda: found(facilities), f"{len(ids('all'))} in pages of 50")
attempt("reads the countries", int(EXPECTED["countries"]), lambda: len(list(layer("countries").getFeatures())))
attempt("reads the institutions", int(EXPECTED["institutions"]), lambda: len(list(layer("institutions").getFeatures())))
attempt("reads the partnerships as lines", (int(EXPECTED["partnerships"]), int(EXPECTED["lines"])),
        lambda: (lambda all: (len(all), sum(1 for f in all if f.hasGeometry())))(list(layer("partnerships").getFeatures())))
attempt("reads the projects as points", (int(EXPECTED["projects"]), int(EXPECTED["placed projects"]), "MultiPoint"),
        lambda: (lambda all: (len(all), sum(1 for f in all if f.hasGeometry()), QgsWkbTypes.displayString(layer("projects").wkbType())))(
            list(layer("projects").getFeatures())))
attempt("filters by a list", ids("in Thailand"), lambda: found(layer(), QgsFeatureRequest().setFilterExpression("\"country\" = 'THA'")), len(ids("in Thailand")))
attempt("filters by a comparison", ids("since 2016"), lambda: found(layer(), QgsFeatureRequest().setFilterExpression('"established" > 2015')), len(ids("since 2016")))


def in_box():
    request = QgsFeatureRequest().setFilterRect(QgsRectangle(97, 5, 106, 21))
    return [i for i in found(layer(options="restrictToRequestBBOX='1'"), request) if i not in ids("without a position")]


attempt("filters by a box", ids("in the box"), in_box, len(ids("in the box")))
check("pushes the box to the server", asked("bbox=97,5,106,21"), True)
attempt("an empty result", [], lambda: found(layer(), QgsFeatureRequest().setFilterExpression("\"city\" = 'Atlantis'")))
attempt("no position", ids("without a position"), lambda: sorted(f["id"] for f in facilities.getFeatures() if not f.hasGeometry()))
attempt("Chinese text", EXPECTED["chinese name"], lambda: one(facilities, f"\"id\" = {EXPECTED['chinese id']}")["name_zh"])


def in_chinese(source):
    record = one(source, f"\"id\" = {EXPECTED['chinese id']}")
    return record["name"], record["kind_label"]


IN_CHINESE = (EXPECTED["chinese name"], EXPECTED["chinese kind"])
attempt("names and labels in Chinese", IN_CHINESE, lambda: in_chinese(layer(query="/?lang=zh")))
attempt("types", {"established": "integer", "name": "string"},
        lambda: {n: facilities.fields().field(n).typeName().lower().replace("integer64", "integer") for n in ("established", "name")})


def projected():
    """The layer on a map in Web Mercator, where QGIS transforms."""
    to = QgsCoordinateTransform(facilities.crs(), QgsCoordinateReferenceSystem("EPSG:3857"), QgsProject.instance())
    point = to.transform(one(facilities, f"\"id\" = {EXPECTED['thai id']}").geometry().asPoint())
    return facilities.crs().authid(), 1.0e7 < point.x() < 1.2e7


attempt("another CRS", ("EPSG:4326", True), projected)


@functools.cache
def opened(suffix, query=""):
    """A downloaded file as a layer."""
    name, _ = urllib.request.urlretrieve(f"{URL}/data/facilities.{suffix}{query}", f"{folder.name}/facilities{len(query)}.{suffix}")
    return QgsVectorLayer(name + ("|layername=facilities" if suffix == "gpkg" else ""), "facilities", "ogr")


# From the service itself this version of QGIS takes its fields from the first ten
# records, none of which has a local name.
attempt("Thai text", EXPECTED["thai name"], lambda: one(opened("gpkg"), f"\"id\" = {EXPECTED['thai id']}")["name_local"])
attempt("opens .gpkg", len(ids("all")), lambda: opened("gpkg").featureCount())
attempt("names and labels in Chinese in .gpkg", IN_CHINESE, lambda: in_chinese(opened("gpkg", "?lang=zh")))
attempt("opens .gpkg coloured by kind", "categorizedSymbol", lambda: opened("gpkg").renderer().type())
attempt("opens .fgb", len(ids("with a position")), lambda: opened("fgb").featureCount())


def by_address(suffix, server=URL):
    """A file as a layer by its address, as Add Vector Layer with the protocol HTTP has it."""
    return QgsVectorLayer(f"/vsicurl/{server}/data/facilities.{suffix}" + ("|layername=facilities" if suffix == "gpkg" else ""), "facilities", "ogr")


for suffix, records in (("fgb", "with a position"), ("gpkg", "all"), ("geojson", "all")):
    attempt(f"reads .{suffix} in parts where it is", ids(records), lambda: found(by_address(suffix)), len(ids(records)))
    attempt(f"reads .{suffix} of 30 MB in parts where it is", int(EXPECTED["large"]), lambda: sum(1 for _ in by_address(suffix, LARGE).getFeatures()))


def layer_file():
    """The .qlr of the Open page brings the layer with its filter."""
    with urllib.request.urlopen(URL + "/collections/facilities/open.qlr?country=THA") as answer:
        document = QDomDocument()
        document.setContent(answer.read().decode())
    layers = QgsLayerDefinition.loadLayerDefinitionLayers(document, QgsReadWriteContext())
    return [len(list(opened.getFeatures())) for opened in layers]


attempt("opens a .qlr with its filter", [len(ids("in Thailand"))], layer_file)


def tiles():
    """A map of the vector tiles alone: whether anything is drawn."""
    tile_layer = QgsVectorTileLayer(f"type=xyz&url={URL}/collections/facilities/tiles/WebMercatorQuad/%7Bz%7D/%7By%7D/%7Bx%7D&zmin=0&zmax=14", "tiles")
    tile_layer.setRenderer(QgsVectorTileBasicRenderer())
    tile_layer.renderer().setStyles(QgsVectorTileBasicRenderer.simpleStyleWithRandomColors())
    settings = QgsMapSettings()
    settings.setLayers([tile_layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setOutputSize(QSize(512, 512))
    settings.setExtent(QgsRectangle(1.0e7, -1.2e6, 1.5e7, 3.8e6))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    return any(image.pixelColor(x, y) != QColor("white") for x in range(512) for y in range(512))


attempt("draws vector tiles", True, tiles)
sys.stdout.flush()
os._exit(0)  # the threads of QGIS outlive it, and crash
