package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestContainerMemory reads the files of the system as they are in and around containers.
func TestContainerMemory(t *testing.T) {
	const (
		v2     = "30 23 0:26 %TOP% /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
		v1     = "33 25 0:30 %TOP% /sys/fs/cgroup/memory rw,nosuid shared:9 master:2 - cgroup cgroup rw,memory\n"
		cpu    = "32 25 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
		huge   = "9223372036854771712\n"
		mib256 = "268435456\n"
	)
	type files = map[string]string
	for name, test := range map[string]struct {
		groups, mounts, top string
		files               files
		want                int64
	}{
		"version 2":           {"0::/app.slice/x.service\n", v2, "/", files{"app.slice/x.service/memory.max": mib256, "app.slice/memory.max": "max\n"}, 256 << 20},
		"version 2, an outer": {"0::/app.slice/x.service\n", v2, "/", files{"app.slice/x.service/memory.max": "max\n", "app.slice/memory.max": mib256}, 256 << 20},
		"version 2, high":     {"0::/x\n", v2, "/", files{"x/memory.max": "536870912\n", "x/memory.high": mib256}, 256 << 20},
		"version 2, own tree": {"0::/\n", v2, "/", files{"memory.max": mib256}, 256 << 20},
		"version 2, no limit": {"0::/x\n", v2, "/", files{"x/memory.max": "max\n", "x/memory.high": "max\n"}, math.MaxInt64},
		"version 2, outside":  {"0::/../../x\n", v2, "/", files{"memory.max": mib256}, 256 << 20},
		"version 1": {"5:cpu,cpuacct:/\n4:memory:/docker/ab\n0::/\n", cpu + v1, "/",
			files{"memory/docker/ab/memory.limit_in_bytes": mib256, "memory/memory.limit_in_bytes": huge}, 256 << 20},
		"version 1, the group is the top": {"4:memory:/docker/ab\n", v1, "/docker/ab", files{"memory/memory.limit_in_bytes": mib256}, 256 << 20},
		"version 1, no limit": {"4:memory:/docker/ab\n", v1, "/",
			files{"memory/docker/ab/memory.limit_in_bytes": huge, "memory/memory.limit_in_bytes": huge}, math.MaxInt64},
		"both, the limit in version 1": {"4:hugetlb,memory:/a\n0::/b\n", v1 + strings.Replace(v2, "/sys/fs/cgroup", "/sys/fs/cgroup/unified", 1), "/",
			files{"memory/a/memory.limit_in_bytes": mib256, "unified/b/memory.max": "max\n"}, 256 << 20},
		"not a number":  {"0::/x\n", v2, "/", files{"x/memory.max": "\n"}, math.MaxInt64},
		"nothing there": {"", "", "/", nil, math.MaxInt64},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			write := func(path, text string) {
				path = filepath.Join(root, path)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			write("proc/self/cgroup", test.groups)
			write("proc/self/mountinfo", strings.ReplaceAll(test.mounts, "%TOP%", test.top))
			for path, text := range test.files {
				write("sys/fs/cgroup/"+path, text)
			}
			if got := containerMemory(root); got != test.want {
				t.Errorf("%d, want %d", got, test.want)
			}
		})
	}
}
