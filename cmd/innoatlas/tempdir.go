package main

import (
	"cmp"
	"log/slog"
	"os"

	"innoatlas/geo/format"
)

// prepareTempDir tidies the folder for temporary files, and says so where there can be
// none: the server goes on, since most of what it answers needs no file.
func prepareTempDir(dir string, log *slog.Logger) {
	removed, err := format.PrepareTempDir(dir)
	if removed > 0 {
		log.Info("temporary files of runs that were killed are removed", "folder", cmp.Or(dir, os.TempDir()), "removed", removed)
	}
	if err != nil {
		log.Warn("no temporary files can be made, so that .gpkg, .fgb and .xlsx are answered with 503, and no file can be had in parts; "+
			"name a folder that can be written with --temp-dir",
			"folder", cmp.Or(dir, os.TempDir()), "error", err.Error())
	}
}
