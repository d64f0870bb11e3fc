package memory_test

import (
	"fmt"
	"math"
	"strings"

	"innoatlas/geo"
)

// hostile is a filter that is meant to cost much.
type hostile struct {
	name       string
	collection *geo.Collection
	filter     string
}

// hostiles are filters of every kind that took long once, or might.
func hostiles() []hostile {
	var list []hostile
	add := func(c *geo.Collection, name, filter string) {
		list = append(list, hostile{name, c, filter})
	}
	for _, op := range []string{"S_TOUCHES", "S_INTERSECTS", "S_WITHIN", "S_CROSSES", "S_OVERLAPS", "S_EQUALS"}[:spatialOps] {
		for _, pair := range [][2]string{
			{"zigzag", "zigzag"}, {"comb", "comb"}, {"zigzag", "comb"}, {"grid", "grid"}, {"star", "star"}, {"spiral", "comb"}, {"points", "comb"}, {"points", "points"},
			{"lattice", "lattice"},
		} {
			a, b := shapes[pair[0]](900, false), shapes[pair[1]](900, true)
			add(geo.Facilities, op+" of constants: "+pair[0]+", "+pair[1], op+"("+a+","+b+")")
		}
		for name, shape := range shapes {
			add(geo.Facilities, op+" with "+name, op+"(geometry,"+shape(4000, false)+")")
			add(geo.Countries, op+" with "+name, op+"(geometry,"+shape(4000, false)+")")
		}
		add(geo.Countries, "64 × "+op+" with lines around the world", repeated(64, " OR ", func(i int) string {
			return fmt.Sprintf("%s(geometry,LINESTRING(-179 %d,179 %d))", op, i-32, 32-i)
		}))
		add(geo.Countries, "64 × "+op+" with outlines", repeated(64, " OR ", func(i int) string {
			return fmt.Sprintf("%s(geometry,POLYGON((-179 -80,%d 80,179 -80,-179 -80)))", op, i)
		}))
	}
	add(geo.Facilities, "rests", repeated(20, " + ", func(i int) string { return fmt.Sprintf("1e308%%(id*7e-322) + %d", i) })+" > 0")
	add(geo.Facilities, "powers", repeated(30, " + ", func(int) string { return "id ^ 64 ^ 0.5 ^ -63" })+" > 0")
	add(geo.Facilities, "quotients", repeated(60, " + ", func(int) string { return "1e308 div id" })+" > 0")
	add(geo.Facilities, "a sum of all records", balanced(900, func(int) string { return "id" })+" > 0")
	add(geo.Facilities, "characters to skip", repeated(100, " OR ", func(i int) string { return fmt.Sprintf("summary LIKE '%%a%s_%dZ%%'", strings.Repeat("_", 300), i) }))
	add(geo.Facilities, "many signs", repeated(100, " OR ", func(i int) string { return fmt.Sprintf("name LIKE '%s%d'", strings.Repeat("%a_", 100), i) }))
	add(geo.Facilities, "a text without case", repeated(50, " OR ", func(i int) string { return fmt.Sprintf("CASEI(name) LIKE CASEI('%%X%d%%')", i) }))
	add(geo.Facilities, "a text without accents", repeated(33, " OR ", func(i int) string { return fmt.Sprintf("ACCENTI(CASEI(name_local)) LIKE '%%x%d%%'", i) }))
	add(geo.Facilities, "folded again and again", strings.Repeat("CASEI(", 30)+"name"+strings.Repeat(")", 30)+" = 'a'")
	add(geo.Facilities, "a constant pattern", "'"+strings.Repeat("a", 30_000)+"' LIKE '"+strings.Repeat("%a_a", 7_000)+"b'")
	add(geo.Facilities, "a constant folded", strings.Repeat("CASEI(", 30)+"'"+strings.Repeat("ﷺ", 15_000)+"'"+strings.Repeat(")", 30)+" = name")
	add(geo.Facilities, "many values", "id * 1 IN ("+repeated(1900, ",", func(i int) string { return fmt.Sprint(i * 7) })+")")
	add(geo.Facilities, "many properties", "name IN ("+repeated(1900, ",", func(int) string { return "city" })+")")
	add(geo.Facilities, "many lists", repeated(300, " OR ", func(int) string { return "A_EQUALS(sectors,(name,city,country))" }))
	add(geo.Facilities, "many times", repeated(400, " OR ", func(i int) string {
		return fmt.Sprintf("T_DURING(updated,INTERVAL('2020-01-01','2020-02-%02d'))", i%28+1)
	}))
	add(geo.Facilities, "many comparisons", repeated(600, " OR ", func(i int) string { return fmt.Sprintf("name = 'x%d'", i) }))
	add(geo.Facilities, "many negations", repeated(300, " AND ", func(i int) string { return fmt.Sprintf("NOT (id = %d.5 OR name < 'A')", i) }))
	add(geo.Countries, "many comparisons", repeated(600, " OR ", func(i int) string { return fmt.Sprintf("name = 'x%d'", i) }))
	return list
}

func repeated(n int, between string, part func(i int) string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = part(i)
	}
	return strings.Join(parts, between)
}

// balanced is a sum in brackets that is not deep.
func balanced(n int, part func(i int) string) string {
	if n == 1 {
		return part(n)
	}
	return "(" + balanced(n/2, part) + "+" + balanced(n-n/2, part) + ")"
}

// shapes write geometries of about so many corners. Turned ones have their axes exchanged.
var shapes = map[string]func(corners int, turned bool) string{
	"zigzag": func(n int, turned bool) string { return "LINESTRING(" + positions(zigzag(n), turned) + ")" },
	"comb":   func(n int, turned bool) string { return "POLYGON((" + positions(comb(n), turned) + "))" },
	"spiral": func(n int, turned bool) string { return "POLYGON((" + positions(spiral(n), turned) + "))" },
	"tangle": func(n int, turned bool) string { return "POLYGON((" + positions(closed(zigzag(n)), turned) + "))" },
	"points": func(n int, turned bool) string { return "MULTIPOINT(" + positions(zigzag(n), turned) + ")" },
	"grid":   parts("MULTILINESTRING", "(", ")", 2, func(i float64) [][2]float64 { return [][2]float64{{-170, i * 80}, {170, i*80 + .01}} }),
	"star": parts("MULTIPOLYGON", "((", "))", 4, func(i float64) [][2]float64 {
		return closed([][2]float64{{100, 15}, {130, i * 40}, {130, i*40 + .001}})
	}),
	"stripes": parts("MULTIPOLYGON", "((", "))", 4, func(i float64) [][2]float64 {
		return closed([][2]float64{{-90 + i, -80}, {90 + i, 80}, {90.0001 + i, 80}})
	}),
	"holes": func(n int, turned bool) string {
		holes := parts("", "(", ")", 4, func(i float64) [][2]float64 {
			return closed([][2]float64{{-90 + i, -80}, {90 + i, 80}, {90.0001 + i, 80}})
		})
		return "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90)," + holes(n, false)[1:]
	},
	"lattice": parts("MULTIPOLYGON", "((", "))", 5, func(i float64) [][2]float64 {
		x, y := 100+math.Floor(i*1000/8/15), 10+math.Mod(math.Floor(i*1000/8), 15)
		return closed([][2]float64{{x, y}, {x + .5, y + .5}, {x, y + 1}, {x - .5, y + .5}})
	}),
	"collection": func(n int, turned bool) string {
		return strings.Repeat("GEOMETRYCOLLECTION(", 50) + repeated(n/2, ",", func(i int) string { return fmt.Sprintf("POINT(%d %d)", i%360-180, i%180-90) }) +
			strings.Repeat(")", 50)
	},
}

func parts(kind, open, closing string, corners int, part func(share float64) [][2]float64) func(n int, turned bool) string {
	return func(n int, turned bool) string {
		count := n / corners
		return kind + "(" + repeated(count, ",", func(i int) string { return open + positions(part(float64(i)/float64(count)), turned) + closing }) + ")"
	}
}

// zigzag goes up and down the world from west to east.
func zigzag(n int) [][2]float64 {
	list := make([][2]float64, n)
	for i := range list {
		list[i] = [2]float64{-80 + 160*float64(i)/float64(n), 80 - 160*float64(i%2)}
	}
	return list
}

// comb has teeth that stand beside each other.
func comb(n int) [][2]float64 {
	list := [][2]float64{{-80, -85}}
	for i := range n / 4 {
		x, width := -80+160*4*float64(i)/float64(n), 160/float64(n)
		list = append(list, [2]float64{x, -80}, [2]float64{x, 80}, [2]float64{x + width, 80}, [2]float64{x + width, -80})
	}
	return closed(append(list, [2]float64{85, -80}, [2]float64{85, -85}))
}

func spiral(n int) (list [][2]float64) {
	at := func(i int, wider float64) [2]float64 {
		turn := 60 * float64(i) / float64(n)
		size := 80 * (float64(i) + 5) / float64(n) * wider
		return [2]float64{math.Round(1e4*size*math.Cos(turn)) / 1e4, math.Round(1e4*size*math.Sin(turn)) / 1e4}
	}
	for i := range n / 2 {
		list = append(list, at(2*i, 1))
	}
	for i := range n / 2 {
		list = append(list, at(2*(n/2-1-i), 1.01))
	}
	return closed(list)
}

func closed(list [][2]float64) [][2]float64 { return append(list, list[0]) }

func positions(list [][2]float64, turned bool) string {
	return repeated(len(list), ",", func(i int) string {
		x, y := list[i][0], list[i][1]
		if turned {
			x, y = y, x
		}
		return fmt.Sprintf("%.6g %.6g", x, y)
	})
}
