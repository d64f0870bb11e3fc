// Package faults breaks the network and the database below the real program, and
// measures how long it takes to notice and to be right again. `make test-faults` runs
// it; the short forms of these tests stand beside the code that they are about.
//
// INNOATLAS_FAULTS_PROGRAM names another build of the program, to compare the two.
package faults
