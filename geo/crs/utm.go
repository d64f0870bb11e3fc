package crs

import (
	"fmt"
	"math"
	"math/cmplx"

	"github.com/paulmach/orb"
)

// Transverse Mercator by the series of Krüger to the sixth order in the third
// flattening n: EPSG Guidance Note 7-2, method 9807; Karney, "Transverse Mercator
// with an accuracy of a few nanometers" (2011), equations 7 to 11, 35 and 36.
const (
	flattening = 1 / 298.257223563 // of WGS 84
	e2         = flattening * (2 - flattening)
	n          = flattening / (2 - flattening)
	n2         = n * n
	n3         = n2 * n
	n4         = n3 * n
	n5         = n4 * n
	n6         = n5 * n
)

// What makes it UTM.
const (
	scale         = 0.9996 // on the central meridian
	falseEasting  = 500_000.0
	falseNorthing = 10_000_000.0 // south of the equator

	// perRadian is a meridian's length over its angle, scaled.
	perRadian = scale * radius / (1 + n) * (1 + n2/4 + n4/64 + n6/256)
	utmPole   = perRadian * math.Pi / 2 // from the equator

	// utmReach is how far from the central meridian a position may be given in a
	// zone, in metres: 58° on the equator, so that one zone takes all of Asia. The
	// series is good to far below a millimetre up to there.
	utmReach = 8_000_000.0
	// farthest is where PROJ gives up, in radians. The series goes astray some 82°
	// from the central meridian, on the equator.
	farthest = 2.623395162778
)

var eccentricity = math.Sqrt(e2)

// The coefficients of sin 2jz, forward and back.
var (
	alpha = [...]float64{
		n/2 - 2*n2/3 + 5*n3/16 + 41*n4/180 - 127*n5/288 + 7891*n6/37800,
		13*n2/48 - 3*n3/5 + 557*n4/1440 + 281*n5/630 - 1983433*n6/1935360,
		61*n3/240 - 103*n4/140 + 15061*n5/26880 + 167603*n6/181440,
		49561*n4/161280 - 179*n5/168 + 6601661*n6/7257600,
		34729*n5/80640 - 3418889*n6/1995840,
		212378941 * n6 / 319334400,
	}
	beta = [...]float64{
		n/2 - 2*n2/3 + 37*n3/96 - n4/360 - 81*n5/512 + 96199*n6/604800,
		n2/48 + n3/15 - 437*n4/1440 + 46*n5/105 - 1118711*n6/3870720,
		17*n3/480 - 37*n4/840 - 209*n5/4480 + 5569*n6/90720,
		4397*n4/161280 - 11*n5/504 - 830251*n6/7257600,
		4583*n5/161280 - 108847*n6/3991680,
		20648693 * n6 / 638668800,
	}
)

// utm is a zone of UTM on WGS 84: EPSG:326zz north of the equator, 327zz south.
func utm(zone int, north bool) *CRS {
	code, hemisphere, equator := 32600+zone, "N", 0.0
	if !north {
		code, hemisphere, equator = 32700+zone, "S", falseNorthing
	}
	meridian, origin := float64(6*zone-183), orb.Point{falseEasting, equator}
	return &CRS{
		uri: fmt.Sprint(epsg, code), title: fmt.Sprintf("WGS 84, UTM zone %d%s", zone, hemisphere),
		decimals: metreDigits, axes: [2]string{"easting", "northing"},
		limits: orb.Bound{
			Min: orb.Point{origin[0] - utmReach, origin[1] - utmPole},
			Max: orb.Point{origin[0] + utmReach, origin[1] + utmPole},
		},
		projection: &projection{
			forward:  func(p orb.Point) orb.Point { return toUTM(p, meridian, origin) },
			inverse:  func(p orb.Point) orb.Point { return fromUTM(p, meridian, origin) },
			symmetry: origin,
		},
	}
}

func toUTM(p orb.Point, meridian float64, origin orb.Point) orb.Point {
	sin, cos := math.Sincos(radians(wrap(p[0] - meridian)))
	t := conformal(math.Tan(radians(p[1])))
	eta := math.Asinh(sin / math.Hypot(t, cos))
	z := complex(math.Atan2(t, cos), max(-farthest, min(farthest, eta)))
	projected := z + series(alpha, z)
	return orb.Point{origin[0] + perRadian*imag(projected), origin[1] + perRadian*real(projected)}
}

func fromUTM(p orb.Point, meridian float64, origin orb.Point) orb.Point {
	projected := complex((p[1]-origin[1])/perRadian, (p[0]-origin[0])/perRadian)
	z := projected - series(beta, projected)
	sinh, cos := math.Sinh(imag(z)), math.Cos(real(z))
	t := geodetic(math.Sin(real(z)) / math.Hypot(sinh, cos))
	return orb.Point{meridian + degrees(math.Atan2(sinh, cos)), degrees(math.Atan(t))}
}

// series is the sum of the coefficients times sin 2jz.
func series(coefficients [6]float64, z complex128) (sum complex128) {
	for i, c := range coefficients {
		sum += complex(c, 0) * cmplx.Sin(complex(2*float64(i+1), 0)*z)
	}
	return sum
}

// conformal is the tangent of the conformal latitude, of the tangent of a latitude.
func conformal(t float64) float64 {
	sigma := math.Sinh(eccentricity * math.Atanh(eccentricity*t/math.Hypot(1, t)))
	return t*math.Hypot(1, sigma) - sigma*math.Hypot(1, t)
}

// geodetic is the inverse of conformal, by Newton's method: each step doubles the
// digits, and the first guess has two of them.
func geodetic(wanted float64) float64 {
	t := wanted
	for range 3 {
		have := conformal(t)
		t += (wanted - have) / math.Hypot(1, have) * (1 + (1-e2)*t*t) / ((1 - e2) * math.Hypot(1, t))
	}
	return t
}
