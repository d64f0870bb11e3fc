// Package dataset has the built-in data set, and reads and writes others of its
// form: a folder with facilities.csv and what belongs to it, or one file of
// facilities. The columns are explained in builtin/README.md.
//
// A file may have 2 GiB when it is unpacked, 5,000,000 rows of 1 MiB (features of
// facilities too) and 16,384 columns; an outline 16 MiB and 250,000 corners, all of
// them 2,000,000; a record 1,000 further sources; a data set 500 kinds, 500 sectors,
// 500 indicators and 200,000 figures; a vocabulary 100 languages, and so the texts, of
// which there may be 1,000 tables; 1,000,000 names of places, 10,000 groups of synonyms. Nothing grows by the
// size of what is wrong.
//
// Every cell is checked, and all that is wrong is said at once, with file, line,
// column, value and what is allowed; of more than 1,000 errors only the number. What Read returns holds to the contract of
// package geo: ids and slugs are unique, terms and countries are known,
// positions are rounded, and texts are UTF-8 without outer blanks.
package dataset
