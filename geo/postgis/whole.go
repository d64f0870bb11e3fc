package postgis

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
)

// historyTables are those of the history by the files that a whole export has of them, one row a
// line, as JSON; without what only tells transactions of this server apart.
var historyTables = []struct{ file, table, rows, order string }{
	{"revisions.jsonl", "revision", `to_jsonb(t) - 'backend' - 'started'`, "number"},
	{"changes.jsonl", "change", `to_jsonb(t)`, "number"},
	{"gone.jsonl", "gone", `to_jsonb(t)`, "collection, slug, id"},
}

// HistoryFiles are the names of the files that a whole export has of the history.
func HistoryFiles() (names []string) {
	for _, t := range historyTables {
		names = append(names, t.file)
	}
	return names
}

// Whole reads the whole content, and gives it on with what writes a file of the history, from one
// snapshot: what happens meanwhile is in neither.
func (s *Store) Whole(ctx context.Context, use func(ds *geo.Dataset, history func(file string, w io.Writer) error) error) error {
	w := s.work("innoatlas-export")
	w.mode = "ISOLATION LEVEL REPEATABLE READ READ ONLY"
	var used error // is not of the database
	err := w.run(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL TimeZone = 'UTC'"); err != nil {
			return err
		}
		ds, err := readDataset(ctx, tx)
		if err != nil {
			return err
		}
		used = use(ds, func(file string, w io.Writer) error { return writeHistory(ctx, tx, file, w) })
		return used
	})
	if used != nil {
		return used
	}
	return wrapFirst(ctx, "whole export", err)
}

func writeHistory(ctx context.Context, tx pgx.Tx, file string, w io.Writer) error {
	for _, t := range historyTables {
		if t.file != file {
			continue
		}
		rows, err := tx.Query(ctx, `SELECT (`+t.rows+`)::text FROM `+t.table+` t ORDER BY `+t.order)
		if err != nil {
			return err
		}
		var line []byte
		_, err = pgx.ForEachRow(rows, []any{&line}, func() error {
			_, err := w.Write(append(line, '\n'))
			return err
		})
		return err
	}
	return fmt.Errorf("the history has no file %s", file)
}

// takeHistory puts the history that a whole export brings in the place of what the import itself has
// written, in a database that had nothing: addresses of records that are gone lead on, and what was
// before is known. It is for the owner of the tables, as is all that changes the history.
func (i *importing) takeHistory(ctx context.Context) error {
	if i.History == nil {
		return nil
	}
	var earlier bool
	if err := i.tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM revision WHERE number IS DISTINCT FROM innoatlas_own_revision())`).Scan(&earlier); err != nil {
		return err
	}
	if !i.empty || earlier {
		i.note("the history that is beside the records was left aside: only a database without records and without a history takes it over")
		return nil
	}
	if _, err := i.tx.Exec(ctx, `SET LOCAL ROLE NONE`); err != nil { // an editor may not
		return err
	}
	if err := checkOwner(ctx, i.tx); err != nil {
		return fmt.Errorf("the history that is beside the records cannot be taken over: %w; or take the folder history out of the export", err)
	}
	if _, err := i.tx.Exec(ctx, `DELETE FROM change; DELETE FROM revision`); err != nil {
		return err
	}
	for _, t := range historyTables {
		if err := i.takeTable(ctx, t.file, t.table); err != nil {
			return fmt.Errorf("history/%s: %w", t.file, err)
		}
	}
	// Later changes go on from the last number of each.
	_, err := i.tx.Exec(ctx, `
UPDATE dataset SET revision = greatest((SELECT max(number) FROM revision), 1);
SELECT setval(pg_get_serial_sequence('change', 'number'), coalesce((SELECT max(number) FROM change), 0) + 1, false)`)
	return err
}

func (i *importing) takeTable(ctx context.Context, file, table string) error {
	content, err := i.History.Open(file)
	if err != nil {
		return err
	}
	defer content.Close()
	if _, err := i.tx.Exec(ctx, `CREATE TEMPORARY TABLE IF NOT EXISTS history_line (line jsonb) ON COMMIT DROP; TRUNCATE pg_temp.history_line`); err != nil {
		return err
	}
	if _, err := i.tx.CopyFrom(ctx, pgx.Identifier{"history_line"}, []string{"line"}, &lineRows{scanner: lineScanner(content)}); err != nil {
		return err
	}
	_, err = i.tx.Exec(ctx, `INSERT INTO `+table+` OVERRIDING SYSTEM VALUE
SELECT (jsonb_populate_record(NULL::`+table+`, line || '{"backend": 0, "started": "epoch"}')).* FROM pg_temp.history_line`)
	return err
}

// maxHistoryLine bounds one change: the outlines of a country are some MB.
const maxHistoryLine = 256 << 20

func lineScanner(r io.Reader) *bufio.Scanner {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 1<<16), maxHistoryLine)
	return scanner
}

// lineRows are the lines of a file as rows to be copied.
type lineRows struct{ scanner *bufio.Scanner }

// Next goes to the next line.
func (l *lineRows) Next() bool { return l.scanner.Scan() }

// Values are the line.
func (l *lineRows) Values() ([]any, error) { return []any{l.scanner.Text()}, nil }

// Err is what ended the lines.
func (l *lineRows) Err() error { return l.scanner.Err() }
