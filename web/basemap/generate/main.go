// Command generate makes the basemap files of the page from the TopoJSON of the
// npm package world-atlas (ISC), which is Natural Earth (public domain).
//
//	generate -from FOLDER -to FOLDER
//
// A file is a row of unsigned LEB128 numbers (encoding/binary):
//
//	steps            positions are whole steps of 1/steps degree
//	land, borders    two lists of paths, each:
//	  paths            how many
//	    points           how many, then for each point
//	      dx, dy           zig-zag steps from the point before it, east and north;
//	                       the first point of a list is counted from 0, 0
//
// Land paths are rings, closed without repeating the first point. No two points
// of a path are more than 180° apart: a ring that crosses the antimeridian goes
// on past ±180, and one around a pole is closed along it. In a file of a part of the
// world, a ring that leaves its box is cut, and closed along the sides of the box;
// that is no coast. Borders are the lines
// between two of the participating countries, and no others.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

// scale is one file to make.
type scale struct {
	source, file string
	steps        int
	box          box
}

// scales: a step of 1/28 degree is 4 km, about one pixel at zoom 5. The region is
// China and ASEAN with what a window around them shows; web/app/basemap.js knows its box.
var (
	scales = []scale{
		{"countries-110m.json", "world-110m.bin", 28, world},
		{"countries-50m.json", "world-50m.bin", 56, world},
		{"countries-10m.json", "region-10m.bin", 222, box{85, -15, 150, 56}},
	}
	world = box{-180, -90, 180, 90}
)

func main() {
	log.SetFlags(0)
	from := flag.String("from", "", "folder of the package world-atlas")
	to := flag.String("to", ".", "folder to write to")
	flag.Parse()
	for _, s := range scales {
		data, err := os.ReadFile(filepath.Join(*from, s.source))
		if err != nil {
			log.Fatalf("generate: %v; -from wants the unpacked npm package world-atlas@2.0.2", err)
		}
		out, err := convert(data, s.steps, s.box)
		if err != nil {
			log.Fatalf("generate: %s: %v", s.source, err)
		}
		if err := os.WriteFile(filepath.Join(*to, s.file), out, 0o644); err != nil {
			log.Fatalf("generate: %v", err)
		}
		fmt.Printf("%s: %d bytes\n", s.file, len(out))
	}
}

// convert turns TopoJSON into a basemap file.
func convert(topoJSON []byte, steps int, b box) ([]byte, error) {
	var t topology
	if err := json.Unmarshal(topoJSON, &t); err != nil {
		return nil, err
	}
	var land []path
	for _, arcs := range t.Objects["land"].rings() {
		if ring := closeRing(t.line(arcs), steps); len(ring) >= 3 {
			land = append(land, b.cut(ring, steps)...)
		}
	}
	var borders []path
	for _, arc := range t.sharedArcs(participants) {
		if line := quantise(unwrap(t.line([]int{arc})), steps); len(line) >= 2 {
			if !b.holds(line, steps) {
				return nil, fmt.Errorf("a border between participants leaves the box %v", b)
			}
			borders = append(borders, line)
		}
	}
	if len(land) == 0 || len(borders) == 0 {
		return nil, fmt.Errorf("%d rings of land and %d borders: not the file expected", len(land), len(borders))
	}
	return encode(steps, land, borders), nil
}

// participants are the countries between which borders are drawn, by ISO 3166-1
// numeric code: China and the eleven members of ASEAN.
var participants = map[string]bool{
	"156": true, "096": true, "116": true, "360": true, "418": true, "458": true,
	"104": true, "608": true, "702": true, "764": true, "626": true, "704": true,
}
