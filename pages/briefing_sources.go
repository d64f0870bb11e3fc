package pages

import (
	"cmp"
	"slices"
	"strings"

	"innoatlas/geo"
)

// addSources lists what the records shown and the figures rest on, each page once, the
// newest first. Where there are too many, those of single facts are left out.
func (b *briefing) addSources() {
	var sources, others []geo.Source
	for _, f := range b.facilities {
		sources, others = append(sources, f.Source), append(others, f.Sources...)
	}
	if b.page.All == "" && len(sources) > 0 {
		b.page.Newest = slices.MaxFunc(slices.Concat(sources, others), byDate).Date
	}
	for _, f := range b.figures {
		sources = append(sources, f.Source)
	}
	sources = distinct(append(sources, others...))
	b.page.More = len(sources) > briefingSources || b.page.All != ""
	sources = sources[:min(len(sources), briefingSources)]
	slices.SortStableFunc(sources, func(x, y geo.Source) int { return byDate(y, x) })
	b.page.Sources = citedAll(sources)
	b.cited = map[string]int{}
	for i := range b.page.Sources {
		b.page.Sources[i].Number = i + 1
		b.cited[sourceKey(sources[i])] = i + 1
	}
}

// distinct are the sources that say something, each page once, by its newest date.
func distinct(sources []geo.Source) (list []geo.Source) {
	index := map[string]int{}
	for _, s := range sources {
		i, seen := index[sourceKey(s)]
		switch {
		case s.IsEmpty():
		case !seen:
			index[sourceKey(s)] = len(list)
			list = append(list, s)
		case s.Date > list[i].Date:
			list[i] = s
		}
	}
	return list
}

func byDate(x, y geo.Source) int { return strings.Compare(x.Date, y.Date) }

// sourceKey is the same for the same page.
func sourceKey(s geo.Source) string { return cmp.Or(s.URL, s.Title) }

// numbersOf are the numbers of those sources that the page lists.
func (b *briefing) numbersOf(sources []geo.Source) []int {
	var numbers []int
	for _, s := range sources {
		if n := b.cited[sourceKey(s)]; n > 0 && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	return numbers
}
