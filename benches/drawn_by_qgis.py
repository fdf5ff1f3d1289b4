"""Times QGIS drawing the layers of `tour`: flat styles, no labels, its parallel renderer, 1280 x 800, from indexed FlatGeobuf.

    ogr2ogr -f FlatGeobuf -t_srs EPSG:4551 compounds.fgb compounds.geojson   (and the pipes likewise)
    QT_QPA_PLATFORM=offscreen python3 benches/drawn_by_qgis.py compounds.fgb pipes.fgb
"""

import statistics
import sys
import time

from qgis.core import (
    QgsApplication,
    QgsFillSymbol,
    QgsLineSymbol,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize

SIZE = QSize(1280, 800)
# Metres a pixel, as the stops of the tour; the first is the whole.
STOPS = [0.0, 40.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.25, 0.053]
RUNS = 3


def layer(path, symbol):
    found = QgsVectorLayer(path, path, "ogr")
    if not found.isValid():
        sys.exit(f"QGIS cannot open {path}")
    found.setRenderer(QgsSingleSymbolRenderer(symbol))
    return found


def main():
    app = QgsApplication([], False)
    app.initQgis()
    fill = QgsFillSymbol.createSimple({"color": "#DDE8D3", "outline_color": "#5B6670", "outline_width": "0.2"})
    line = QgsLineSymbol.createSimple({"line_color": "#B26A00", "line_width": "0.26"})
    layers = [layer(path, symbol) for path, symbol in zip(sys.argv[1:], [fill, line])]
    whole = QgsRectangle(layers[0].extent())
    settings = QgsMapSettings()
    settings.setLayers(list(reversed(layers)))
    settings.setDestinationCrs(layers[0].crs())
    settings.setOutputSize(SIZE)
    for stop in STOPS:
        middle = whole.center()
        extent = QgsRectangle(whole)
        if stop > 0.0:
            half = (SIZE.width() * stop / 2.0, SIZE.height() * stop / 2.0)
            extent = QgsRectangle(middle.x() - half[0], middle.y() - half[1], middle.x() + half[0], middle.y() + half[1])
        settings.setExtent(extent)
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            job = QgsMapRendererParallelJob(settings)
            job.start()
            job.waitForFinished()
            times.append(time.perf_counter() - start)
        print(f"{settings.mapUnitsPerPixel():.3f} m a pixel: {statistics.median(times) * 1e3:.0f} ms")
    app.exitQgis()


main()
