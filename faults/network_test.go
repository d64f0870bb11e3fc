package faults

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"innoatlas/geo/postgis/postgistest"
)

// How long the old state may be seen at most before a test gives up.
const patience = 40 * time.Second

func TestFollowerLosesIdleConnections(t *testing.T) {
	database := filled(t)
	p, through := postgistest.NewProxy(t, database)
	s := local(t, "--database-url", through)
	time.Sleep(2 * time.Second)
	p.Lose()
	name := rename(t, database)
	atMost(t, "a change shows after the loss", await(t, "the change shows", patience, func() bool { return s.shows(name) }), 15*time.Second)
	p.Lose()
	atMost(t, "SIGTERM ends the server", s.stop(t, patience), 5*time.Second)
}

func TestFollowerLosesTheNetwork(t *testing.T) {
	database := filled(t)
	p, through := postgistest.NewProxy(t, database)
	s := local(t, "--database-url", through)
	time.Sleep(2 * time.Second)
	p.LoseAll()
	atMost(t, "degraded_since shows after the loss", await(t, "degraded_since", patience, s.degraded), 5*time.Second)
	name := rename(t, database)
	time.Sleep(5 * time.Second)
	if status, _ := s.get("/collections/facilities/items/1"); status != 200 {
		t.Errorf("the copy answers %d", status)
	}
	p.Heal()
	atMost(t, "the change shows after the network healed", await(t, "the change shows", patience, func() bool { return s.shows(name) }), 15*time.Second)
	atMost(t, "degraded_since is gone", await(t, "no degraded_since", patience, func() bool { return !s.degraded() }), 5*time.Second)
	p.LoseAll()
	time.Sleep(time.Second)
	atMost(t, "SIGTERM ends the server", s.stop(t, patience), 5*time.Second)
}

func TestFollowerLosesTheNetworkWhileItReads(t *testing.T) {
	database := filled(t)
	p, through := postgistest.NewProxy(t, database)
	s := local(t, "--database-url", through)
	p.LoseAfter(100 << 10) // which only the reading of everything comes to
	name := rename(t, database)
	atMost(t, "the change shows", await(t, "the change shows", patience, func() bool { return s.shows(name) }), 15*time.Second)
	p.LoseAfter(100 << 10)
	rename(t, database)
	time.Sleep(time.Second)
	atMost(t, "SIGTERM ends the server", s.stop(t, patience), 5*time.Second)
}

func TestReadsLoseTheirConnections(t *testing.T) {
	p, through := postgistest.NewProxy(t, filled(t))
	s := local(t, "--database-url", through, "--reads", "database")
	l := s.load(16)
	time.Sleep(2 * time.Second)
	p.Lose()
	lost := time.Now()
	time.Sleep(25 * time.Second)
	good, bad, last := l.end(lost)
	t.Logf("%d answers were right, %d were not, the slowest took %v", good, bad, l.slowest)
	atMost(t, "the last wrong answer after the loss", last, 3*time.Second)
}

func TestReadsLoseTheNetwork(t *testing.T) {
	p, through := postgistest.NewProxy(t, filled(t))
	s := local(t, "--database-url", through, "--reads", "database")
	l := s.load(16)
	time.Sleep(time.Second)
	p.LoseAll()
	atMost(t, "readiness says no", await(t, "not ready", patience, func() bool { status, _ := s.get("/readyz"); return status == 503 }), 6*time.Second)
	time.Sleep(5 * time.Second)
	p.Heal()
	healed := time.Now()
	s.awaitReady(t, patience)
	time.Sleep(20 * time.Second)
	good, bad, last := l.end(healed)
	t.Logf("%d answers were right, %d were not, the slowest took %v", good, bad, l.slowest)
	atMost(t, "the last wrong answer after the network healed", last, 3*time.Second)
}

func TestOfferedHosts(t *testing.T) {
	database := filled(t)
	first, one := postgistest.NewProxy(t, database)
	_, two := postgistest.NewProxy(t, database)
	first.LoseAll()
	both := twoHosts(one, two)
	for name, args := range map[string][]string{
		"follower":       {"--database-url", both},
		"reads database": {"--database-url", both, "--reads", "database"},
		"read-write":     {"--database-url", both + "&target_session_attrs=read-write"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, freeAddress(t), nil, args...)
			atMost(t, "the server is ready although its first host is silent", s.awaitReady(t, patience), 10*time.Second)
			atMost(t, "SIGTERM ends the server", s.stop(t, patience), 5*time.Second)
		})
	}
}

// twoHosts is a URL of the hosts of two.
func twoHosts(one, two string) string {
	at := func(url string) (before, host, after string) {
		before, rest, _ := strings.Cut(url, "@")
		host, after, _ = strings.Cut(rest, "/")
		return before, host, after
	}
	before, a, after := at(one)
	_, b, _ := at(two)
	return fmt.Sprintf("%s@%s,%s/%s", before, a, b, after)
}

func TestSlowNetwork(t *testing.T) {
	p, through := postgistest.NewProxy(t, filled(t))
	p.Delay(200 * time.Millisecond)
	s := serve(t, freeAddress(t), nil, "--database-url", through, "--reads", "database")
	atMost(t, "the server is ready", s.awaitReady(t, patience), 15*time.Second)
	for range 10 {
		if status, body := s.get("/readyz"); status != 200 {
			t.Errorf("/readyz: %d %s", status, body)
		}
		if status, body := s.get("/collections/facilities/items?limit=3"); status != 200 {
			t.Errorf("items: %d %s", status, body)
		}
		time.Sleep(700 * time.Millisecond)
	}
}

func TestLockedTableAtTheStart(t *testing.T) {
	database := filled(t)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		execute(t, database, `BEGIN; LOCK facility; SELECT pg_sleep(15); COMMIT`)
	}()
	time.Sleep(300 * time.Millisecond)
	s := serve(t, freeAddress(t), nil, "--database-url", database, "--database-wait", "30s")
	atMost(t, "the server is ready", s.awaitReady(t, patience), 25*time.Second)
	<-ended
}
