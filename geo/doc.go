// Package geo holds the facilities on the map (joint laboratories, innovation
// centres, agricultural parks), the countries they stand in, and the queries
// asked of both.
//
// Positions are longitude, latitude in degrees on WGS 84 (OGC:CRS84), the axis
// order of GeoJSON (RFC 7946 §3.1.1). Package geo knows neither HTTP nor SQL:
// stores are geo/memory and geo/postgis, and geo/storetest holds them to one
// contract.
package geo
