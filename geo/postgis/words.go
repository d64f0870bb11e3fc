package postgis

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo"
	"innoatlas/geo/search"
)

var _ geo.Vocabulary = (*Store)(nil)

// namesWords are the words of the names, which are the first lines of the search texts that are not empty; of a
// million, those of so many records that reading them takes no longer than an answer may.
const namesWords = `
SELECT DISTINCT word COLLATE "C"
FROM (SELECT split_part(search_text, E'\n', 2) AS line FROM facility WHERE name IS NOT NULL LIMIT 200000) names,
	unnest(string_to_array(line, ' ')) word
WHERE length(word) >= $1`

// wordsOf are those of a revision.
type wordsOf struct {
	revision string
	words    []string
}

// Words are those of the names of facilities. They are kept while the revision is the same.
func (s *Store) Words(ctx context.Context) ([]string, error) {
	catalog, err := s.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	if known := s.words.Load(); known != nil && known.revision == catalog.Revision {
		return known.words, nil
	}
	var words []string
	err = s.read(ctx, "words", func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, namesWords, geo.MinWord)
		if err != nil {
			return err
		}
		words, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		return nil, err
	}
	words = slices.DeleteFunc(words, search.IsRun)
	slices.Sort(words)
	s.words.Store(&wordsOf{catalog.Revision, words})
	return words, nil
}
