package faults

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"innoatlas/geo/postgis/postgistest"
)

// island is a network of its own, in which the program runs: its packets to and from
// the database can really be lost.
type island struct {
	name    string
	address string // of the program's host
	port    string // of the database
}

var islands int // made so far

func newIsland(t *testing.T, database string) (*island, string) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can make a network in which packets are lost; the proxy's tests did what can be done without")
	}
	islands++
	n := (os.Getpid() + islands) % 250
	i := &island{name: fmt.Sprintf("innoatlas-%d-%d", os.Getpid(), islands), address: fmt.Sprintf("10.213.%d.2", n)}
	outside := fmt.Sprintf("ia%d-%d", os.Getpid(), islands)
	t.Cleanup(func() {
		exec.Command("ip", "link", "del", outside).Run()
		exec.Command("ip", "netns", "del", i.name).Run()
	})
	command(t, "ip", "netns", "add", i.name)
	command(t, "ip", "link", "add", outside, "type", "veth", "peer", "name", "inside", "netns", i.name)
	command(t, "ip", "addr", "add", fmt.Sprintf("10.213.%d.1/30", n), "dev", outside)
	command(t, "ip", "link", "set", outside, "up")
	command(t, "ip", "-n", i.name, "addr", "add", i.address+"/30", "dev", "inside")
	command(t, "ip", "-n", i.name, "link", "set", "inside", "up")
	command(t, "ip", "-n", i.name, "link", "set", "lo", "up")

	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	p := postgistest.ProxyOn(t, fmt.Sprintf("10.213.%d.1:0", n), "unix", fmt.Sprintf("%s/.s.PGSQL.%d", config.Host, config.Port))
	_, i.port, _ = net.SplitHostPort(p.Address())
	through := url.URL{Scheme: "postgres", User: url.User(config.User), Host: p.Address(), Path: "/" + config.Database, RawQuery: "sslmode=disable"}
	return i, through.String()
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

// drop loses the packets of the database in both directions, or no longer.
func (i *island) drop(t *testing.T, lost bool) {
	t.Helper()
	action := map[bool]string{true: "-A", false: "-D"}[lost]
	command(t, "ip", "netns", "exec", i.name, "iptables", action, "OUTPUT", "-p", "tcp", "--dport", i.port, "-j", "DROP")
	command(t, "ip", "netns", "exec", i.name, "iptables", action, "INPUT", "-p", "tcp", "--sport", i.port, "-j", "DROP")
}

// serve runs the program on the island.
func (i *island) serve(t *testing.T, args ...string) *server {
	t.Helper()
	s := serve(t, i.address+":8080", []string{"ip", "netns", "exec", i.name}, args...)
	s.awaitReady(t, 30*time.Second)
	return s
}

func TestFollowerLosesPackets(t *testing.T) {
	database := filled(t)
	i, through := newIsland(t, database)
	s := i.serve(t, "--database-url", through)
	time.Sleep(2 * time.Second)
	i.drop(t, true)
	atMost(t, "degraded_since shows after the loss", await(t, "degraded_since", patience, s.degraded), 5*time.Second)
	name := rename(t, database)
	time.Sleep(20 * time.Second) // the system sends again after ever longer pauses
	i.drop(t, false)
	atMost(t, "the change shows after the network healed", await(t, "the change shows", patience, func() bool { return s.shows(name) }), 15*time.Second)
	i.drop(t, true)
	time.Sleep(time.Second)
	atMost(t, "SIGTERM ends the server", s.stop(t, patience), 5*time.Second)
}

func TestReadsLosePackets(t *testing.T) {
	i, through := newIsland(t, filled(t))
	s := i.serve(t, "--database-url", through, "--reads", "database")
	l := s.load(16)
	time.Sleep(2 * time.Second)
	i.drop(t, true)
	time.Sleep(20 * time.Second)
	i.drop(t, false)
	healed := time.Now()
	time.Sleep(25 * time.Second)
	good, bad, last := l.end(healed)
	t.Logf("%d answers were right, %d were not, the slowest took %v", good, bad, l.slowest)
	atMost(t, "the last wrong answer after the network healed", last, 3*time.Second)
}
