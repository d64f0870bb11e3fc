package format

import (
	"cmp"
	"context"
	"time"

	"innoatlas/geo"
)

// geoPackageTables are the tables that OGC 12-128r17 prescribes.
const geoPackageTables = `
PRAGMA application_id = 0x47504B47; -- "GPKG"
PRAGMA user_version = 10300;        -- 1.3

CREATE TABLE gpkg_spatial_ref_sys (
	srs_name                 TEXT NOT NULL,
	srs_id                   INTEGER PRIMARY KEY,
	organization             TEXT NOT NULL,
	organization_coordsys_id INTEGER NOT NULL,
	definition               TEXT NOT NULL,
	description              TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
	('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
	('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),
	('WGS 84 geodetic', 4326, 'EPSG', 4326,
		'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],` +
	`PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],` +
	`AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
		'longitude and latitude in degrees');

CREATE TABLE gpkg_contents (
	table_name  TEXT NOT NULL PRIMARY KEY,
	data_type   TEXT NOT NULL,
	identifier  TEXT UNIQUE,
	description TEXT DEFAULT '',
	last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
	min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
	srs_id      INTEGER REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_geometry_columns (
	table_name         TEXT NOT NULL UNIQUE REFERENCES gpkg_contents (table_name),
	column_name        TEXT NOT NULL,
	geometry_type_name TEXT NOT NULL,
	srs_id             INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys (srs_id),
	z TINYINT NOT NULL,
	m TINYINT NOT NULL,
	PRIMARY KEY (table_name, column_name)
);
CREATE TABLE gpkg_extensions (
	table_name     TEXT,
	column_name    TEXT,
	extension_name TEXT NOT NULL,
	definition     TEXT NOT NULL,
	scope          TEXT NOT NULL,
	UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE gpkg_data_columns (
	table_name      TEXT NOT NULL,
	column_name     TEXT NOT NULL,
	name            TEXT,
	title           TEXT,
	description     TEXT,
	mime_type       TEXT,
	constraint_name TEXT,
	PRIMARY KEY (table_name, column_name),
	UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
	constraint_name  TEXT NOT NULL,
	constraint_type  TEXT NOT NULL,
	value            TEXT,
	min              NUMERIC,
	min_is_inclusive BOOLEAN,
	max              NUMERIC,
	max_is_inclusive BOOLEAN,
	description      TEXT,
	UNIQUE (constraint_name, constraint_type, value)
);`

// geoPackageStyles is the table in which QGIS looks for styles.
const geoPackageStyles = `
CREATE TABLE layer_styles (
	id                INTEGER PRIMARY KEY AUTOINCREMENT,
	f_table_catalog   TEXT,
	f_table_schema    TEXT,
	f_table_name      TEXT,
	f_geometry_column TEXT,
	styleName         TEXT,
	styleQML          TEXT,
	styleSLD          TEXT,
	useAsDefault      BOOLEAN,
	description       TEXT,
	owner             TEXT,
	ui                TEXT,
	update_time       DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
);`

// geoPackageTriggers call functions that the programs which edit the file bring.
const geoPackageTriggers = `
CREATE TRIGGER <rtree>_insert AFTER INSERT ON <table>
	WHEN (new.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
	INSERT OR REPLACE INTO <rtree> VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER <rtree>_update1 AFTER UPDATE OF geom ON <table>
	WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
	INSERT OR REPLACE INTO <rtree> VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER <rtree>_update2 AFTER UPDATE OF geom ON <table>
	WHEN OLD.fid = NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
	DELETE FROM <rtree> WHERE id = OLD.fid;
END;
CREATE TRIGGER <rtree>_update3 AFTER UPDATE ON <table>
	WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
	DELETE FROM <rtree> WHERE id = OLD.fid;
	INSERT OR REPLACE INTO <rtree> VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER <rtree>_update4 AFTER UPDATE ON <table>
	WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
	DELETE FROM <rtree> WHERE id IN (OLD.fid, NEW.fid);
END;
CREATE TRIGGER <rtree>_delete AFTER DELETE ON <table>
	WHEN old.geom NOT NULL
BEGIN
	DELETE FROM <rtree> WHERE id = OLD.fid;
END;`

// statement is one with its values.
type statement struct {
	text string
	args []any
}

func (g *geoPackage) execAll(ctx context.Context, statements ...statement) error {
	for _, s := range statements {
		if err := g.exec(ctx, s.text, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// describe fills the tables that say what the file holds.
func (g *geoPackage) describe(ctx context.Context) error {
	table, kind, bounds, system := g.table(), "features", [4]any{}, any(4326)
	switch {
	case g.isAttributes():
		kind, system = "attributes", nil
	case g.extent != noBox:
		bounds = [4]any{g.extent.Min[0], g.extent.Min[1], g.extent.Max[0], g.extent.Max[1]}
	}
	err := g.execAll(ctx,
		statement{"INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			[]any{table, kind, cmp.Or(g.file.About.Title, table), g.file.About.paragraphs(), g.lastChange(), bounds[0], bounds[1], bounds[2], bounds[3], system}},
		statement{"INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema', " +
			"'http://www.geopackage.org/spec130/#extension_schema', 'read-write')", nil},
		statement{"INSERT INTO gpkg_extensions VALUES ('gpkg_data_column_constraints', NULL, 'gpkg_schema', " +
			"'http://www.geopackage.org/spec130/#extension_schema', 'read-write')", nil})
	if err != nil {
		return err
	}
	return g.describeColumns(ctx)
}

// describeGeometry says where the geometry of the records is, and how it is drawn, and makes
// its index.
func (g *geoPackage) describeGeometry(ctx context.Context) error {
	if g.isAttributes() {
		return nil
	}
	table, changed := g.table(), g.lastChange()
	err := g.execAll(ctx,
		statement{geoPackageStyles, nil},
		statement{"INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', ?)", []any{changed}},
		statement{"INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)", []any{table, g.geometryType()}},
		statement{"INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only')", []any{table}},
		statement{"INSERT INTO layer_styles VALUES (1, '', '', ?, 'geom', ?, ?, '', 1, '', '', NULL, ?)",
			[]any{table, table, string(qgisStyle(g.file.Collection, g.file.Catalog)), changed}})
	if err != nil {
		return err
	}
	return g.buildIndex(ctx)
}

// lastChange is that of the data. A GeoPackage must name one, so where none is dated it
// is the first that a clock of Unix has.
func (g *geoPackage) lastChange() string {
	if g.file.About.Updated.IsZero() {
		return time.Unix(0, 0).UTC().Format(geoPackageTime)
	}
	return g.file.About.Updated.UTC().Format(geoPackageTime)
}

func (g *geoPackage) describeColumns(ctx context.Context) error {
	for _, c := range g.columns {
		var mediaType any
		if c.Type == geo.Texts || c.Type == geo.Object {
			mediaType = "application/json"
		}
		if err := g.exec(ctx, "INSERT INTO gpkg_data_columns VALUES (?, ?, NULL, ?, NULL, ?, NULL)", g.table(), c.Name, c.Title.In("en"), mediaType); err != nil {
			return err
		}
	}
	return nil
}
