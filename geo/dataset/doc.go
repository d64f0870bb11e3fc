// Package dataset has the built-in data set, and reads and writes others of its
// form: a folder with facilities.csv and what belongs to it, or one file of
// facilities. The columns are explained in builtin/README.md.
//
// Every cell is checked, and all that is wrong is said at once, with file, line,
// column, value and what is allowed. What Read returns holds to the contract of
// package geo: ids and slugs are unique, terms and countries are known,
// positions are rounded, and texts are UTF-8 without outer blanks.
package dataset
