// Package clients runs real GIS clients against the real program and checks what
// they make of it: GDAL, QGIS, geopandas, OWSLib and R's sf, each on a store in
// memory and on PostGIS. Its tests write docs/clients.md with -update.
package clients
