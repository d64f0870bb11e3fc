package main

import (
	"encoding/json"
	"slices"
)

// topology is TopoJSON with quantised arcs.
// Source: TopoJSON Format Specification 1.0, https://github.com/topojson/topojson-specification
type topology struct {
	Transform struct{ Scale, Translate [2]float64 }
	Arcs      [][][2]int
	Objects   map[string]geometry
}

type geometry struct {
	Type       string
	ID         string
	Arcs       json.RawMessage
	Geometries []geometry
}

// rings lists the rings of all polygons, each as indices of arcs.
func (g geometry) rings() [][]int {
	var rings [][]int
	switch g.Type {
	case "Polygon":
		_ = json.Unmarshal(g.Arcs, &rings) // a file of another form has no rings, which convert reports
	case "MultiPolygon":
		var polygons [][][]int
		_ = json.Unmarshal(g.Arcs, &polygons)
		rings = slices.Concat(polygons...)
	}
	for _, member := range g.Geometries {
		rings = append(rings, member.rings()...)
	}
	return rings
}

// position is longitude, latitude in degrees.
type position [2]float64

// line joins arcs. A negative index is the arc ^i backwards, and arcs share
// their end points.
func (t *topology) line(arcs []int) []position {
	var line []position
	for _, i := range arcs {
		arc := t.arc(max(i, ^i))
		if i < 0 {
			slices.Reverse(arc)
		}
		if len(line) > 0 {
			arc = arc[1:]
		}
		line = append(line, arc...)
	}
	return line
}

func (t *topology) arc(i int) []position {
	arc := make([]position, len(t.Arcs[i]))
	x, y := 0, 0
	for j, d := range t.Arcs[i] {
		x, y = x+d[0], y+d[1]
		arc[j] = position{
			float64(x)*t.Transform.Scale[0] + t.Transform.Translate[0],
			float64(y)*t.Transform.Scale[1] + t.Transform.Translate[1],
		}
	}
	return arc
}

// sharedArcs are the arcs that two of the countries have in common, in order.
func (t *topology) sharedArcs(countries map[string]bool) []int {
	users := map[int]int{}
	for _, country := range t.Objects["countries"].Geometries {
		if !countries[country.ID] {
			continue
		}
		for _, ring := range country.rings() {
			for _, i := range ring {
				users[max(i, ^i)]++
			}
		}
	}
	var shared []int
	for arc, n := range users {
		if n == 2 {
			shared = append(shared, arc)
		}
	}
	slices.Sort(shared)
	return shared
}
