package layout

// Label is a text of a page: in a language of its own, if it has one, and leading
// somewhere, if it does.
type Label struct{ Text, Lang, Href string }

// CountTable counts records by the values of one dimension.
type CountTable struct {
	Title string
	Note  string
	Rows  []CountRow
}

// CountRow is a value, how many have it, and the length of its bar in parts of 100.
type CountRow struct {
	Label
	Count, Bar int
}
