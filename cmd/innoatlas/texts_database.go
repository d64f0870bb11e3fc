package main

import (
	"context"
	"errors"

	"innoatlas/geo"
	"innoatlas/geo/dataset"
	"innoatlas/geo/postgis"
)

// withTextsOf is what a database is to get of a data set: the records with texts that are brought,
// and the places.
func withTextsOf(ds, brought *geo.Dataset) *geo.Dataset {
	next := *ds
	next.Facilities, next.Records, next.PlaceNames, next.Links = brought.Facilities, brought.Records, brought.PlaceNames, nil
	next.Figures, next.Synonyms = nil, nil
	return &next
}

// importTexts adds the texts to a database, all or none. They are checked against what it has,
// and so they are read again where somebody changes that meanwhile.
func (c *textsImport) importTexts(ctx context.Context) error {
	const attempts = 3
	for n := 1; ; n++ {
		err := c.addTo(ctx, c.takeIntoDatabase)
		if !errors.Is(err, postgis.ErrChanged) || n == attempts {
			return err
		}
	}
}

func (c *textsImport) takeIntoDatabase(ctx context.Context, ds, brought *geo.Dataset) (dataset.Added, error) {
	wait := newPatient(c.DatabaseWait, nobody, newLogger())
	store, err := wait.open(ctx, c.DatabaseURL, editors)
	if err != nil {
		return dataset.Added{}, err
	}
	defer store.Close()
	err = wait.until(ctx, func(ctx context.Context) error { // nothing or all: it can be tried again
		_, err := store.ImportOnto(ctx, ds.Revision, withTextsOf(ds, brought))
		return err
	})
	return dataset.AddTexts(ds, brought), err
}
