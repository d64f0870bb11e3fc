// Package format writes facilities and countries as GeoJSON, CSV and the files
// that a GIS keeps, and reads GeoJSON and CSV back.
//
// Encoders of one record append to a buffer of the caller and allocate nothing,
// because one answer may hold the whole data set. Writers of a File take its rows
// one by one, and keep little of each. Decoders look after syntax only: they give
// texts by column, and a Problem for whatever is not in the form of the format.
// What the texts may say is for package dataset to judge.
package format
