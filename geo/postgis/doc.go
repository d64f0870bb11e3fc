// Package postgis is the store that keeps its records in PostgreSQL with PostGIS.
// It is the system of record, and it answers every read itself in SQL, with the
// same meaning as package memory: where.go says in SQL what cql2.Eval says in Go.
//
// SQL here is constant text, $n parameters, and column names from the tables in
// columns.go. Nothing that a request brings is ever written into a statement.
package postgis
