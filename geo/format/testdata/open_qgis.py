"""Prints, as JSON, how QGIS opens each file: its layer and the style it draws it with."""

import json
import sys

from qgis.core import QgsApplication, QgsVectorLayer


def describe(path):
    layer = QgsVectorLayer(path, "layer", "ogr")
    renderer = layer.renderer()
    return {
        "valid": layer.isValid(),
        "count": layer.featureCount(),
        "indexed": int(layer.hasSpatialIndex()) == 2,
        "renderer": renderer.type(),
        "attribute": renderer.classAttribute() if hasattr(renderer, "classAttribute") else "",
        "legend": [[item.label(), item.symbol().color().name()] for item in renderer.legendSymbolItems()],
        "drawn": [renderer.symbolForFeature(f, context(layer, f)) is not None for f in features(layer, renderer)],
    }


def features(layer, renderer):
    from qgis.core import QgsRenderContext

    renderer.startRender(QgsRenderContext(), layer.fields())
    yield from layer.getFeatures()


def context(layer, feature):
    from qgis.core import QgsExpressionContext, QgsExpressionContextUtils, QgsRenderContext

    c = QgsRenderContext()
    e = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    e.setFeature(feature)
    c.setExpressionContext(e)
    return c


QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
print(json.dumps([describe(path) for path in sys.argv[1:]]))
application.exitQgis()
