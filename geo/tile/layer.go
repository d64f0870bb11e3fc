package tile

import (
	"encoding/binary"
	"math"
	"sync"
)

// Extent is how many units a tile is wide and high; y runs downwards.
const Extent = 4096

// MaxBytes is how long a tile may be, before compression. What would be longer
// has fewer properties or coarser outlines. Outlines get half of it at most, so
// that both layers always fit, in either order.
const MaxBytes = 512 << 10

// layer is one layer in the making (MVT 2.1 §4.1). Features and values are kept
// as they are sent; a property refers to its key and value by their numbers.
type layer struct {
	features, values []byte
	keys             []string
	lastKey          int
	texts            map[string]uint64
	numbers          map[int64]uint64
	decimals         map[float64]uint64
	booleans         map[bool]uint64

	// Of the feature in the making.
	tags, geometry []byte
	x, y           int // where the geometry is
}

// layers are kept between tiles.
var layers = sync.Pool{New: func() any {
	return &layer{texts: map[string]uint64{}, numbers: map[int64]uint64{}, decimals: map[float64]uint64{}, booleans: map[bool]uint64{}}
}}

func newLayer() *layer { return layers.Get().(*layer) }

// giveBack returns the layer to the pool, empty.
func (l *layer) giveBack() {
	l.reset()
	layers.Put(l)
}

func (l *layer) reset() {
	l.features, l.values, l.keys, l.tags, l.geometry = l.features[:0], l.values[:0], l.keys[:0], l.tags[:0], l.geometry[:0]
	clear(l.texts)
	clear(l.numbers)
	clear(l.decimals)
	clear(l.booleans)
	l.lastKey, l.x, l.y = 0, 0, 0
}

// text adds a property to the feature in the making; an empty text is left out.
func (l *layer) text(key, value string) {
	if value == "" {
		return
	}
	n, known := l.texts[value]
	if !known {
		n = l.nextValue()
		l.texts[value] = n
		length := uint64(len(value))
		l.values = binary.AppendUvarint(append(l.values, layerValues), length+1+varintLength(length))
		l.values = append(binary.AppendUvarint(append(l.values, valueText), length), value...)
	}
	l.tag(key, n)
}

// integer adds a property that is not negative.
func (l *layer) integer(key string, value int) {
	n, known := l.numbers[int64(value)]
	if !known {
		n = l.nextValue()
		l.numbers[int64(value)] = n
		l.values = binary.AppendUvarint(append(l.values, layerValues), 1+varintLength(uint64(value)))
		l.values = binary.AppendUvarint(append(l.values, valueUint), uint64(value))
	}
	l.tag(key, n)
}

// number adds a property that is any finite number.
func (l *layer) number(key string, value float64) {
	if whole := int(value); whole >= 0 && float64(whole) == value && value < 1<<53 {
		l.integer(key, whole)
		return
	}
	n, known := l.decimals[value]
	if !known {
		n = l.nextValue()
		l.decimals[value] = n
		l.values = append(l.values, layerValues, 9, valueDouble)
		l.values = binary.LittleEndian.AppendUint64(l.values, math.Float64bits(value))
	}
	l.tag(key, n)
}

func (l *layer) boolean(key string, value bool) {
	n, known := l.booleans[value]
	if !known {
		n = l.nextValue()
		l.booleans[value] = n
		l.values = append(l.values, layerValues, 2, valueBool, 0)
		if value {
			l.values[len(l.values)-1] = 1
		}
	}
	l.tag(key, n)
}

func (l *layer) nextValue() uint64 {
	return uint64(len(l.texts) + len(l.numbers) + len(l.decimals) + len(l.booleans))
}

func (l *layer) tag(key string, value uint64) {
	l.tags = binary.AppendUvarint(binary.AppendUvarint(l.tags, l.key(key)), value)
}

// key is the number of a key. Features have theirs in one order, so the key sought
// is most often the one behind the last.
func (l *layer) key(name string) uint64 {
	for i := range l.keys {
		if n := (l.lastKey + 1 + i) % len(l.keys); l.keys[n] == name {
			l.lastKey = n
			return uint64(n)
		}
	}
	l.keys, l.lastKey = append(l.keys, name), len(l.keys)
	return uint64(l.lastKey)
}

// Commands of a geometry (MVT 2.1 §4.3.1), to be joined with how often they are
// repeated.
const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

func (l *layer) command(id, count int) {
	l.geometry = binary.AppendUvarint(l.geometry, uint64(count<<3|id))
}

// to goes to a position, as its distance from where the geometry is.
func (l *layer) to(p position) {
	l.geometry = binary.AppendVarint(binary.AppendVarint(l.geometry, int64(p.x-l.x)), int64(p.y-l.y))
	l.x, l.y = p.x, p.y
}

func (l *layer) point(p position) {
	l.command(moveTo, 1)
	l.to(p)
}

// line adds a line of two positions or more.
func (l *layer) line(p []position) {
	l.command(moveTo, 1)
	l.to(p[0])
	l.command(lineTo, len(p)-1)
	for _, q := range p[1:] {
		l.to(q)
	}
}

// ring adds a ring whose last position is not the first again.
func (l *layer) ring(r []position) {
	l.command(moveTo, 1)
	l.to(r[0])
	l.command(lineTo, len(r)-1)
	for _, p := range r[1:] {
		l.to(p)
	}
	l.command(closePath, 1)
}

// Types of geometry (MVT 2.1 §4.3.4).
const (
	points   = 1
	lines    = 2
	polygons = 3
)

// feature ends the feature in the making.
func (l *layer) feature(id uint64, geometryType byte) {
	tags, geometry := uint64(len(l.tags)), uint64(len(l.geometry))
	length := 1 + varintLength(id) + 1 + varintLength(tags) + tags + 2 + 1 + varintLength(geometry) + geometry
	b := binary.AppendUvarint(append(l.features, layerFeatures), length)
	b = binary.AppendUvarint(append(b, featureID), id)
	b = append(binary.AppendUvarint(append(b, featureTags), tags), l.tags...)
	b = append(b, featureType, geometryType)
	l.features = append(binary.AppendUvarint(append(b, featureGeometry), geometry), l.geometry...)
	l.tags, l.geometry, l.x, l.y = l.tags[:0], l.geometry[:0], 0, 0
}

// appendTo appends the layer as a field of a tile, or nothing if no feature is in it.
func (l *layer) appendTo(dst []byte, name string) []byte {
	if len(l.features) == 0 {
		return dst
	}
	dst = binary.AppendUvarint(append(dst, tileLayers), l.length(name))
	dst = appendText(append(dst, layerVersion, 2), layerName, name)
	dst = append(dst, l.features...)
	for _, k := range l.keys {
		dst = appendText(dst, layerKeys, k)
	}
	dst = append(dst, l.values...)
	return binary.AppendUvarint(append(dst, layerExtent), Extent)
}

// size is how many bytes the layer takes in a tile.
func (l *layer) size(name string) int {
	length := l.length(name)
	return int(1 + varintLength(length) + length)
}

// length is how long the layer is in a tile, without the field's own header.
func (l *layer) length(name string) uint64 {
	n := 2 + textLength(name) + uint64(len(l.features)) + uint64(len(l.values)) + 1 + varintLength(Extent)
	for _, k := range l.keys {
		n += textLength(k)
	}
	return n
}

// Fields of the messages in protocol buffers, each with its wire type: 0 a
// varint, 1 eight bytes, 2 bytes of a given length.
const (
	tileLayers = 3<<3 | 2

	layerName     = 1<<3 | 2
	layerFeatures = 2<<3 | 2
	layerKeys     = 3<<3 | 2
	layerValues   = 4<<3 | 2
	layerExtent   = 5 << 3
	layerVersion  = 15 << 3

	featureID       = 1 << 3
	featureTags     = 2<<3 | 2
	featureType     = 3 << 3
	featureGeometry = 4<<3 | 2

	valueText   = 1<<3 | 2
	valueDouble = 3<<3 | 1
	valueUint   = 5 << 3
	valueBool   = 7 << 3
)

func appendText(dst []byte, field byte, s string) []byte {
	return append(binary.AppendUvarint(append(dst, field), uint64(len(s))), s...)
}

func textLength(s string) uint64 { return 1 + varintLength(uint64(len(s))) + uint64(len(s)) }

func varintLength(n uint64) uint64 {
	length := uint64(1)
	for ; n >= 0x80; n >>= 7 {
		length++
	}
	return length
}
