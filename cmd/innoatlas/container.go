package main

import (
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
)

// The part of a container's memory that the program plans with. The rest is for what the
// runtime does not count: the program itself, SQLite, and the system's buffers.
const (
	plannedPercent = 90
	uncounted      = 24 << 20
)

// limitMemory lets the runtime collect its garbage before the container is killed, unless
// the operator has set GOMEMLIMIT.
func limitMemory(root string, log *slog.Logger) {
	container := containerMemory(root)
	switch {
	case os.Getenv("GOMEMLIMIT") != "":
		log.Info("memory limit", "from", "GOMEMLIMIT", "mib", debug.SetMemoryLimit(-1)>>20)
	case container < math.MaxInt64:
		limit := max(container/2, container/100*plannedPercent-uncounted)
		debug.SetMemoryLimit(limit)
		log.Info("memory limit", "from", "control group", "container_mib", container>>20, "mib", limit>>20)
	}
}

// containerMemory is the smallest limit of the control groups that the process is in, in
// bytes; math.MaxInt64 where there is none. Version 1 and version 2 may be mounted at once.
// root is "/", or where a test has such files.
func containerMemory(root string) int64 {
	limit := int64(math.MaxInt64)
	groups, err := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	if err != nil {
		return limit
	}
	mounts, err := os.ReadFile(filepath.Join(root, "proc/self/mountinfo"))
	if err != nil {
		return limit
	}
	for line := range strings.Lines(string(mounts)) {
		if h, ok := parseHierarchy(strings.TrimSpace(line)); ok {
			if path, in := groupOf(string(groups), h.controllers); in {
				limit = min(limit, h.limit(root, path))
			}
		}
	}
	return limit
}

// hierarchy is a mounted tree of control groups that limits memory.
type hierarchy struct {
	top, at     string // which group is mounted, and where
	controllers string // as /proc/self/cgroup names the tree: "memory", or "" for version 2
	files       []string
}

// parseHierarchy reads a line of /proc/self/mountinfo (proc(5)): … root mountpoint options
// [tags] - type source superoptions.
func parseHierarchy(line string) (h hierarchy, ok bool) {
	before, after, found := strings.Cut(line, " - ")
	mount, kind := strings.Fields(before), strings.Fields(after)
	if !found || len(mount) < 5 || len(kind) < 3 {
		return h, false
	}
	h.top, h.at = unescapeMount.Replace(mount[3]), unescapeMount.Replace(mount[4])
	switch {
	case kind[0] == "cgroup2":
		h.files = []string{"memory.max", "memory.high"}
		return h, true
	case kind[0] == "cgroup" && hasOption(kind[2], "memory"):
		h.controllers, h.files = "memory", []string{"memory.limit_in_bytes"}
		return h, true
	}
	return h, false
}

var unescapeMount = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)

func hasOption(options, name string) bool {
	for option := range strings.SplitSeq(options, ",") {
		if option == name {
			return true
		}
	}
	return false
}

// groupOf is the path of the process in a hierarchy, by the lines of /proc/self/cgroup:
// number:controllers:path.
func groupOf(groups, controllers string) (path string, ok bool) {
	for line := range strings.Lines(groups) {
		part := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(part) == 3 && (part[1] == controllers || controllers != "" && hasOption(part[1], controllers)) {
			return part[2], true
		}
	}
	return "", false
}

// limit is the smallest limit of a group and of those around it, as far as they are
// mounted. In a container the mounted tree may begin at its own group.
func (h hierarchy) limit(root, path string) int64 {
	below, err := filepath.Rel(h.top, path)
	if err != nil || below == ".." || strings.HasPrefix(below, "../") {
		below = "." // the group is not in what is mounted; its top is the nearest
	}
	limit := int64(math.MaxInt64)
	for {
		for _, file := range h.files {
			limit = min(limit, readLimit(filepath.Join(root, h.at, below, file)))
		}
		if below == "." {
			return limit
		}
		below = filepath.Dir(below)
	}
}

// unlimited is what version 1 has instead of "max", less a page of any size.
const unlimited = math.MaxInt64 - 1<<20

func readLimit(file string) int64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return math.MaxInt64
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || n <= 0 || n > unlimited { // "max" is no number
		return math.MaxInt64
	}
	return n
}
