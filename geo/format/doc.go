// Package format writes facilities and countries as GeoJSON and CSV, and reads
// both back.
//
// Encoders append to a buffer of the caller and allocate nothing, because one
// answer may hold the whole data set. Decoders look after syntax only: they give
// texts by column, and a Problem for whatever is not in the form of the format.
// What the texts may say is for package dataset to judge.
package format
