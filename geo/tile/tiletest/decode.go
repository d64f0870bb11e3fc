// Package tiletest reads vector tiles, for tests: strictly, and with none of the
// code that writes them.
package tiletest

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"
)

// Layer is a layer of a tile.
type Layer struct {
	Name            string
	Version, Extent uint64
	Features        []Feature
}

// Feature is a feature of a layer. Properties are string, uint64, float64 or bool.
type Feature struct {
	ID         uint64
	Type       uint64 // 1 points, 2 lines, 3 polygons
	Properties map[string]any
	// Parts are the points, or the rings without the first position again at the end.
	Parts [][][2]int64
}

// Decode reads a tile (MVT 2.1).
func Decode(tile []byte) (layers []Layer, err error) {
	defer func() {
		if p, ok := recover().(malformed); ok {
			err = fmt.Errorf("vector tile: %s", string(p))
		}
	}()
	for field, message := range fields(tile) {
		check(field == 3, "field %d is no layer", field)
		layers = append(layers, decodeLayer(message.bytes))
	}
	return layers, nil
}

func decodeLayer(b []byte) Layer {
	var l Layer
	var keys []string
	var values []any
	var features [][]byte
	for field, v := range fields(b) {
		switch field {
		case 1:
			l.Name = string(v.bytes)
		case 2:
			features = append(features, v.bytes)
		case 3:
			keys = append(keys, string(v.bytes))
		case 4:
			values = append(values, decodeValue(v.bytes))
		case 5:
			l.Extent = v.number
		case 15:
			l.Version = v.number
		default:
			check(false, "layer has field %d", field)
		}
	}
	for _, f := range features {
		l.Features = append(l.Features, decodeFeature(f, keys, values))
	}
	return l
}

func decodeValue(b []byte) (value any) {
	for field, v := range fields(b) {
		check(value == nil, "a value has two fields")
		switch field {
		case 1:
			value = string(v.bytes)
		case 3:
			value = math.Float64frombits(v.number)
		case 5:
			value = v.number
		case 7:
			value = v.number != 0
		}
	}
	check(value != nil, "a value is neither text, number nor boolean")
	return value
}

func decodeFeature(b []byte, keys []string, values []any) Feature {
	f := Feature{Properties: map[string]any{}}
	for field, v := range fields(b) {
		switch field {
		case 1:
			f.ID = v.number
		case 2:
			tags := packed(v.bytes)
			check(len(tags)%2 == 0, "an odd number of tags")
			for i := 0; i < len(tags); i += 2 {
				check(tags[i] < uint64(len(keys)) && tags[i+1] < uint64(len(values)), "a tag outside of the layer's lists")
				check(f.Properties[keys[tags[i]]] == nil, "property %s twice", keys[tags[i]])
				f.Properties[keys[tags[i]]] = values[tags[i+1]]
			}
		case 3:
			f.Type = v.number
		case 4:
			f.Parts = decodeGeometry(packed(v.bytes))
		}
	}
	return f
}

func decodeGeometry(commands []uint64) (parts [][][2]int64) {
	var at [2]int64
	for len(commands) > 0 {
		id, count := commands[0]&7, int(commands[0]>>3)
		commands = commands[1:]
		if id == 7 {
			check(count == 1 && len(parts) > 0, "a path closed %d times, of %d", count, len(parts))
			continue
		}
		check((id == 1 || id == 2) && count > 0 && len(commands) >= 2*count, "command %d, %d times", id, count)
		for range count {
			at[0] += unzigzag(commands[0])
			at[1] += unzigzag(commands[1])
			commands = commands[2:]
			if id == 1 {
				parts = append(parts, nil)
			}
			parts[len(parts)-1] = append(parts[len(parts)-1], at)
		}
	}
	return parts
}

func unzigzag(n uint64) int64 { return int64(n>>1) ^ -int64(n&1) }

// field is what a field of a message holds: a number or bytes.
type field struct {
	number uint64
	bytes  []byte
}

// malformed is the panic of a tile that is none.
type malformed string

func check(ok bool, format string, args ...any) {
	if !ok {
		panic(malformed(fmt.Sprintf(format, args...)))
	}
}

// fields are those of a message, by their numbers.
func fields(b []byte) iter.Seq2[int, field] {
	return func(yield func(int, field) bool) {
		for len(b) > 0 {
			header := varint(&b)
			if header&7 == 1 {
				check(len(b) >= 8, "eight bytes are cut off")
				number := binary.LittleEndian.Uint64(b)
				b = b[8:]
				if !yield(int(header>>3), field{number: number}) {
					return
				}
				continue
			}
			f := field{number: varint(&b)}
			if header&7 == 2 {
				check(f.number <= uint64(len(b)), "a field is cut off")
				f.bytes, b = b[:f.number], b[f.number:]
			} else {
				check(header&7 == 0, "wire type %d", header&7)
			}
			if !yield(int(header>>3), f) {
				return
			}
		}
	}
}

func packed(b []byte) (numbers []uint64) {
	for len(b) > 0 {
		numbers = append(numbers, varint(&b))
	}
	return numbers
}

func varint(b *[]byte) uint64 {
	n, size := binary.Uvarint(*b)
	check(size > 0, "a number is cut off")
	*b = (*b)[size:]
	return n
}
