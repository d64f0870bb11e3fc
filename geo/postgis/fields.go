package postgis

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"

	"innoatlas/geo"
	"innoatlas/geo/cql2"
)

// fields read the rows of one result as PostgreSQL sends them, one value after the
// other; NULL is read as the zero value. The driver's own Scan asks anew for each value
// how it is to be read, which takes longer than the database needs to find and send a
// record, and its texts are pieces of memory that each cost more than their bytes.
type fields struct {
	columns []pgconn.FieldDescription
	first   bool // the row in hand is the first, by which the types of the columns are checked

	values [][]byte // of the row in hand, good until the next
	next   int      // of values
	copied string   // all values without a gap: texts are parts of one
	at     int      // where the next value stands in copied
	err    error    // of the first value that is not of its form

	texts strings.Builder     // what copied is a part of, for many rows
	lists map[string][]string // that were read, by their bytes: most records have one of a few
}

// textRoom is how much room for texts is made at a time, in bytes: for the first rows
// little, because there may be no others.
const leastTextRoom, mostTextRoom = 512, 16 << 10

// row takes up a row whose first column is a number.
func (f *fields) row(row pgx.CollectableRow) *fields {
	f.values, f.next, f.at = row.RawValues(), 0, 0
	if f.first = f.columns == nil; f.first {
		f.columns = row.FieldDescriptions()
		if f.columns[0].Format != pgx.BinaryFormatCode {
			f.err = fmt.Errorf("%w: the database sends numbers as texts; leave default_query_exec_mode out of its URL", errForm)
		}
	}
	size := 0
	for _, v := range f.values {
		size += len(v)
	}
	if f.texts.Cap()-f.texts.Len() < size {
		room := max(size, leastTextRoom, min(2*f.texts.Cap(), mostTextRoom))
		f.texts = strings.Builder{}
		f.texts.Grow(room)
	}
	start := f.texts.Len()
	for _, v := range f.values {
		if len(v) > 0 {
			f.texts.Write(v)
		}
	}
	f.copied = f.texts.String()[start:]
	return f
}

// form is what a column may be of.
type form struct {
	name  string
	types []uint32 // their OIDs; a domain has that of its base
}

var (
	textForm    = &form{"text", []uint32{pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID}}
	jsonForm    = &form{"JSON", []uint32{pgtype.JSONOID, pgtype.JSONBOID}}
	integerForm = &form{"integer", []uint32{pgtype.Int4OID, pgtype.Int8OID}}
	bytesForm   = &form{"bytes", []uint32{pgtype.ByteaOID}}
	booleanForm = &form{"boolean", []uint32{pgtype.BoolOID}}
	numberForm  = &form{"number", []uint32{pgtype.Float8OID}}
	pointForm   = &form{"point", []uint32{pgtype.PointOID}}
	dateForm    = &form{"date", []uint32{pgtype.DateOID}}
	timeForm    = &form{"time", []uint32{pgtype.TimestamptzOID}}
	textsForm   = &form{"list of texts", []uint32{pgtype.TextArrayOID}}
	numbersForm = &form{"list of numbers", []uint32{pgtype.Int8ArrayOID}}
)

// take passes a value, and gives it twice: to be read, and as the text to be kept. What
// comes with another type is not given: its bytes would be read as something.
func (f *fields) take(of *form) (value []byte, kept string) {
	value = f.values[f.next]
	kept = f.copied[f.at : f.at+len(value)]
	f.next, f.at = f.next+1, f.at+len(value)
	if f.first && !slices.Contains(of.types, f.columns[f.next-1].DataTypeOID) {
		f.fail(of, value)
	}
	if f.err != nil {
		return nil, ""
	}
	return value, kept
}

func (f *fields) fail(of *form, value []byte) {
	if f.err == nil {
		f.err = fmt.Errorf("%w: column %s holds %d bytes, which is no %s", errForm, f.columns[f.next-1].Name, len(value), of.name)
	}
}

// passNull passes a value that is NULL, or empty, which most are: what is not stated is not
// even looked for. Those of the first row are taken, which checks their types.
func (f *fields) passNull() bool {
	if f.first || len(f.values[f.next]) > 0 {
		return false
	}
	f.next++
	return true
}

// into reads a value to where geo.Field.At points, by its type.
func (f *fields) into(pointer any) {
	switch p := pointer.(type) {
	case *string:
		*p = f.text()
	case *[]string:
		*p = f.list()
	case *int:
		*p = int(f.integer())
	case *float64:
		*p = f.number()
	case *geo.Day:
		*p = geo.DayOf(f.date())
	case *time.Time:
		*p = f.time()
	}
}

// value reads a value of a field of that type, by itself: Null is NULL.
func (f *fields) value(of geo.Type) cql2.Value {
	isNull := f.values[f.next] == nil
	v := f.stated(of)
	if isNull {
		return cql2.Value{}
	}
	return v
}

func (f *fields) stated(of geo.Type) cql2.Value {
	switch of {
	case geo.Integer:
		return cql2.NumberOf(float64(f.integer()))
	case geo.Number:
		return cql2.NumberOf(f.number())
	case geo.Boolean:
		return cql2.BoolOf(f.boolean())
	case geo.Date:
		return cql2.DateOf(f.date())
	case geo.Time:
		return cql2.TimestampOf(f.time())
	case geo.Texts:
		return cql2.ListOf(f.list())
	}
	return cql2.TextOf(f.text())
}

// bytes are good until the next row.
func (f *fields) bytes() []byte {
	value, _ := f.take(bytesForm)
	return value
}

func (f *fields) boolean() bool {
	value, _ := f.take(booleanForm)
	return len(value) == 1 && value[0] != 0
}

func (f *fields) text() string {
	_, text := f.take(textForm)
	return text
}

// json reads a json or a jsonb, which in binary has its version before it.
func (f *fields) json() []byte {
	value, _ := f.take(jsonForm)
	if of := f.columns[f.next-1]; len(value) > 0 && of.DataTypeOID == pgtype.JSONBOID && of.Format == pgx.BinaryFormatCode {
		return value[1:]
	}
	return value
}

// integer reads an integer or a bigint.
func (f *fields) integer() int64 {
	value, _ := f.take(integerForm)
	switch len(value) {
	case 0:
		return 0
	case 4:
		return int64(int32(binary.BigEndian.Uint32(value)))
	case 8:
		return int64(binary.BigEndian.Uint64(value))
	}
	f.fail(integerForm, value)
	return 0
}

// number reads a double precision.
func (f *fields) number() float64 {
	value, _ := f.take(numberForm)
	switch len(value) {
	case 0:
		return 0
	case 8:
		if n := float(value); !math.IsNaN(n) && !math.IsInf(n, 0) {
			return n
		}
	}
	f.fail(numberForm, value)
	return 0
}

// point reads a position; ok says that there is one.
func (f *fields) point() (p orb.Point, ok bool) {
	value, _ := f.take(pointForm)
	if len(value) == 16 {
		return orb.Point{float(value), float(value[8:])}, true
	}
	if len(value) > 0 {
		f.fail(pointForm, value)
	}
	return p, false
}

func float(b []byte) float64 { return math.Float64frombits(binary.BigEndian.Uint64(b)) }

// epoch is where PostgreSQL counts days and microseconds from.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// date reads a date.
func (f *fields) date() time.Time {
	value, _ := f.take(dateForm)
	if len(value) == 0 {
		return time.Time{}
	}
	if len(value) != 4 {
		f.fail(dateForm, value)
		return time.Time{}
	}
	days := int32(binary.BigEndian.Uint32(value))
	if days == math.MaxInt32 || days == math.MinInt32 { // infinity
		f.fail(dateForm, value)
		return time.Time{}
	}
	return epoch.AddDate(0, 0, int(days))
}

// time reads a timestamptz.
func (f *fields) time() time.Time {
	value, _ := f.take(timeForm)
	if len(value) == 0 {
		return time.Time{}
	}
	if len(value) != 8 {
		f.fail(timeForm, value)
		return time.Time{}
	}
	micros := int64(binary.BigEndian.Uint64(value))
	if micros == math.MaxInt64 || micros == math.MinInt64 {
		f.fail(timeForm, value)
		return time.Time{}
	}
	return time.UnixMicro(epoch.UnixMicro() + micros).UTC()
}

// An array of PostgreSQL is the number of its dimensions, whether it has NULLs, the
// type of its elements; the length and the first number of each dimension; then the
// elements, each behind its length. All numbers have four bytes.
const (
	listLength = 3 * 4
	listHeader = 5 * 4
	noElement  = math.MaxUint32 // in place of a length: NULL
)

// maxLists is how many lists are remembered.
const maxLists = 256

// list reads a text[] of one dimension; one that is empty is nil.
func (f *fields) list() []string {
	value, kept := f.take(textsForm)
	if len(value) < listHeader {
		return nil
	}
	if known, ok := f.lists[string(value)]; ok {
		return known
	}
	list := f.elements(value, kept)
	if f.lists == nil {
		f.lists = map[string][]string{}
	}
	if len(f.lists) < maxLists {
		f.lists[kept] = list
	}
	return list
}

func (f *fields) elements(value []byte, kept string) []string {
	if binary.BigEndian.Uint32(value) != 1 {
		f.fail(textsForm, value)
		return nil
	}
	return f.elementsFrom(listHeader, make([]string, 0, binary.BigEndian.Uint32(value[listLength:])), value, kept)
}

func (f *fields) elementsFrom(at int, list []string, value []byte, kept string) []string {
	for at < len(value) {
		n := int(binary.BigEndian.Uint32(value[at:]))
		at += 4
		if n == noElement || at+n > len(value) {
			f.fail(textsForm, value)
			return nil
		}
		list = append(list, kept[at:at+n])
		at += n
	}
	return list
}

// rows reads a text[] of two dimensions, whose rows have so many texts: all of them, one row
// after the other.
func (f *fields) rows(width int) []string {
	value, kept := f.take(textsForm)
	if len(value) < listHeader {
		return nil
	}
	const header = listHeader + 2*4 // the length and first number of the second dimension
	if binary.BigEndian.Uint32(value) != 2 || len(value) < header || binary.BigEndian.Uint32(value[listHeader:]) != uint32(width) {
		f.fail(textsForm, value)
		return nil
	}
	return f.elementsFrom(header, make([]string, 0, width*int(binary.BigEndian.Uint32(value[listLength:]))), value, kept)
}

// numbers reads a list of numbers, bigint[].
func (f *fields) numbers() []int {
	value, _ := f.take(numbersForm)
	if len(value) < listHeader {
		return nil
	}
	numbers := make([]int, 0, binary.BigEndian.Uint32(value[listLength:]))
	for at := listHeader; at+12 <= len(value); at += 12 {
		numbers = append(numbers, int(binary.BigEndian.Uint64(value[at+4:])))
	}
	return numbers
}
