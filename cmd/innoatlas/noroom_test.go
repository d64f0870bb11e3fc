package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo/postgis/postgistest"
)

// noRoom is what the server says where its disk is full, in the middle of what is written.
const noRoom = `
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	RAISE disk_full USING MESSAGE = 'could not extend file "base/1/2": No space left on device', HINT = 'Check free disk space.';
END $$;
CREATE TRIGGER no_room AFTER INSERT ON change FOR EACH STATEMENT EXECUTE FUNCTION no_room()`

// TestDatabaseHasNoRoom: where the disk of the server is full, nothing is changed, and whoever writes is told at
// once what to do. TestDatabaseDiskFull does so with real disks.
func TestDatabaseHasNoRoom(t *testing.T) {
	t.Parallel()
	database, file := filled(t), filepath.Join(t.TempDir(), "facilities.csv")
	writeFile(t, file, "slug,status\nhiseaton-brunei-cage-culture,closed\n")
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), noRoom); err != nil {
		t.Fatal(err)
	}
	conn.Close(t.Context())
	before := everythingOf(t, database)
	for _, args := range [][]string{{"import", file}, {"delete", "cattc-nanning", "--reason", "a test"}} {
		since := time.Now()
		_, errs, code := output(t, append(args, "--database-url", database)...)
		if code == 0 || !strings.Contains(errs, "no room left") || !strings.Contains(errs, "make room there and start again") || strings.Contains(errs, "does not answer") {
			t.Errorf("innoatlas %s: %d %s", args[0], code, errs)
		}
		if took := time.Since(since); took > 20*time.Second {
			t.Errorf("innoatlas %s tried for %v", args[0], took)
		}
	}
	if now := everythingOf(t, database); now != before {
		t.Errorf("something is left:\n%s", firstDifference(before, now))
	}
}

// TestDatabaseDiskFull fills real disks below a server, that of the records and that of all it has, the log of
// its transactions too, so that it ends. `make test-writes` does so, as root.
func TestDatabaseDiskFull(t *testing.T) {
	if os.Getenv("INNOATLAS_KILLS") == "" {
		t.Skip("make test-writes fills real disks; TestDatabaseHasNoRoom stands for them")
	}
	file := filepath.Join(t.TempDir(), "facilities.csv")
	writeFile(t, file, madeRecords(20_000))
	t.Run("of the records", func(t *testing.T) {
		cluster, disk := postgistest.NewCluster(t, postgistest.Folder(t)), smallDisk(t, "120m")
		if out, err := exec.Command("chown", "postgres", disk).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		cluster.Exec(t, "template1", `CREATE TABLESPACE small LOCATION '`+disk+`'`)
		cluster.Exec(t, "template1", `CREATE DATABASE written TABLESPACE small`)
		fillDisk(t, cluster, disk, file)
	})
	t.Run("of everything", func(t *testing.T) {
		disk := smallDisk(t, "250m")
		cluster := postgistest.NewCluster(t, disk)
		cluster.Exec(t, "template1", `CREATE DATABASE written`)
		fillDisk(t, cluster, disk, file)
	})
}

// smallDisk is a folder on a disk of its own.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := postgistest.Folder(t)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Fatalf("a small disk cannot be mounted, which takes root and a machine that lets it: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fillDisk imports with ever more room on the disk, until there is enough; what there is too little
// for leaves nothing.
func fillDisk(t *testing.T, cluster *postgistest.Cluster, disk, file string) {
	t.Helper()
	database := cluster.URL("written")
	mustRun(t, "migrate", "--database-url", database)
	mustRun(t, "import", "../../geo/dataset/builtin", "--database-url", database)
	before, refused := everythingOf(t, database), 0
	ballast := filepath.Join(disk, "ballast")
	for _, room := range []int64{1, 3, 6, 10, 15, 22, 30, 0} { // megabytes; 0: all there is
		if room > 0 {
			leaveRoom(t, disk, ballast, room<<20)
		}
		out, errs, code := output(t, "import", file, "--database-wait", "0s", "--database-url", database)
		os.Remove(ballast)
		if code == 0 {
			t.Logf("with %d MB it is imported: %s; %d times there was too little room", room, strings.TrimSpace(out), refused)
			break
		}
		refused++
		t.Logf("with %d MB: %s", room, strings.TrimSpace(errs))
		if !cluster.Answers(t) {
			cluster.Start(t)
		}
		if now := everythingOf(t, database); now != before {
			t.Fatalf("with %d MB something is left:\n%s", room, firstDifference(before, now))
		}
	}
	if refused < 2 {
		t.Errorf("the disk was full %d times", refused)
	}
	if out := mustRun(t, "import", file, "--database-url", database); !strings.Contains(out, "0 added, 0 changed, 20000 unchanged") {
		t.Errorf("imported again: %s", out)
	}
}

// leaveRoom fills a disk with one file, up to so many bytes.
func leaveRoom(t *testing.T, disk, ballast string, room int64) {
	t.Helper()
	var free syscall.Statfs_t
	if err := syscall.Statfs(disk, &free); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if size := int64(free.Bavail)*free.Bsize - room; size > 0 {
		if err := syscall.Fallocate(int(file.Fd()), 0, 0, size); err != nil {
			t.Fatal(err)
		}
	}
}
