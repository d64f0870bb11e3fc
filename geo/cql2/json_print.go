package cql2

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/paulmach/orb"
)

// FormatJSON writes a tree as CQL2 JSON, which ParseJSON reads to an equal tree. What
// has no form in CQL2 is written as a function that does not exist.
func FormatJSON(e Expr) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(jsonOf(e)); err != nil {
		panic(fmt.Sprintf("cql2: %v in %s", err, FormatText(e))) // numbers of a filter are finite
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// operation is {"op": …, "args": […]}.
type operation struct {
	Op   string `json:"op"`
	Args []any  `json:"args"`
}

func jsonOp(op string, args ...Expr) operation { return operation{op, jsonList(args)} }

func jsonList(list []Expr) []any {
	values := make([]any, len(list))
	for i, e := range list {
		values[i] = jsonOf(e)
	}
	return values
}

func jsonOf(e Expr) any {
	switch e := e.(type) {
	case And:
		return jsonOp("and", e...)
	case Or:
		return jsonOp("or", e...)
	case Not:
		return jsonOp("not", e.X)
	case Compare:
		return jsonOp(string(e.Op), e.Left, e.Right)
	case Between:
		return jsonOp("between", e.X, e.Low, e.High)
	case Like:
		return jsonOp("like", e.X, e.Pattern)
	case In:
		return operation{"in", []any{jsonOf(e.X), jsonList(e.Values)}}
	case IsNull:
		return jsonOp("isNull", e.X)
	case Spatial:
		return jsonOp(string(e.Op), e.Left, e.Right)
	case Temporal:
		return jsonOp(string(e.Op), e.Left, e.Right)
	case ArrayPredicate:
		return jsonOp(string(e.Op), e.Left, e.Right)
	case Contains:
		return operation{"contains", []any{jsonOf(e.X), e.Part}}
	}
	return jsonValue(e)
}

func jsonValue(e Expr) any {
	switch e := e.(type) {
	case Property:
		return map[string]any{"property": string(e)}
	case Literal:
		return jsonLiteral(e.Value)
	case BBox:
		return map[string]any{"bbox": e}
	case Interval:
		return map[string]any{"interval": []any{jsonEnd(e.Start), jsonEnd(e.End)}}
	case Array:
		return jsonList(e)
	case Arithmetic:
		return jsonOp(string(e.Op), e.Left, e.Right)
	case CaseI:
		return jsonOp("casei", e.X)
	case AccentI:
		return jsonOp("accenti", e.X)
	case Call:
		return jsonOp(e.Name, e.Args...)
	}
	return nil
}

func jsonEnd(e Expr) any {
	switch e := e.(type) {
	case nil:
		return openEnd
	case Literal:
		if isInstant(e) {
			return timeText(e.Value.Type, e.Value.Time)
		}
	}
	return jsonOf(e)
}

func jsonLiteral(v Value) any {
	switch v.Type {
	case Number:
		return v.Number
	case Text:
		return v.Text
	case Bool:
		return v.Number != 0
	case Date:
		return map[string]any{"date": timeText(Date, v.Time)}
	case Timestamp:
		return map[string]any{"timestamp": timeText(Timestamp, v.Time)}
	case Span:
		return operation{"span", []any{v.Time, v.End}}
	case List:
		return v.List
	case Geometry:
		return jsonGeometry(v.Geometry)
	}
	return nil
}

// jsonGeometry is a geometry of GeoJSON; positions are arrays of two already.
func jsonGeometry(g orb.Geometry) any {
	collection, ok := g.(orb.Collection)
	if !ok {
		return map[string]any{"type": g.GeoJSONType(), "coordinates": g}
	}
	members := make([]any, len(collection))
	for i, member := range collection {
		members[i] = jsonGeometry(member)
	}
	return map[string]any{"type": "GeometryCollection", "geometries": members}
}
