package postgis

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// How long a network may keep silent. A connection that is lost without a word (a
// firewall forgot it, a host vanished) would otherwise be waited on for a quarter of
// an hour, or for ever.
const (
	dialTimeout      = time.Second             // for a server to take a connection
	handshakeSilence = 1500 * time.Millisecond // for each answer while a connection is made
	pingSilence      = 750 * time.Millisecond  // for a sign of life on a connection that lay idle
	copySilence      = 5 * time.Second         // for the next bytes of a long reading
	unsentTimeout    = 3 * time.Second         // for the other end to confirm what was sent to it,
	workTimeout      = 5 * time.Minute         // also in an import, whose server takes nothing more in while it works
	idleTrust        = time.Second             // a connection that was idle for longer is asked for a sign of life
)

// errSilent is why a line was given up.
var errSilent = errors.New("the database kept silent for too long")

// lines are the network connections of a store that are open.
type lines struct {
	unsent time.Duration // how long the other end may take to confirm what was sent to it

	mu   sync.Mutex
	open map[*line]struct{}
}

// line is a network connection that does not wait for ever.
type line struct {
	net.Conn
	of      *lines
	silence atomic.Int64 // how long one Read may take, as a time.Duration; 0 is no limit
	waiting atomic.Int64 // since when a Read waits, in Unix nanoseconds; 0 where none does
	heard   atomic.Int64 // when the last bytes came
	silent  atomic.Bool  // that is why it was closed
}

// dial makes a line. The system asks an idle one for signs of life.
func (ls *lines) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{
		Timeout:         dialTimeout,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3},
	}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if err := limitUnsent(conn, ls.unsent); err != nil {
		conn.Close()
		return nil, err
	}
	l := &line{Conn: conn, of: ls}
	l.silence.Store(int64(handshakeSilence))
	l.heard.Store(time.Now().UnixNano())
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if ls.open == nil {
		ls.open = map[*line]struct{}{}
	}
	ls.open[l] = struct{}{}
	return l, nil
}

// all makes drop close every line.
const all = time.Duration(-1)

// drop closes the lines on which somebody has waited for longer than that.
func (ls *lines) drop(longer time.Duration) {
	before := time.Now().Add(-longer).UnixNano()
	ls.mu.Lock()
	var silent []*line
	for l := range ls.open {
		if since := l.waiting.Load(); longer == all || since != 0 && since < before {
			silent = append(silent, l)
		}
	}
	ls.mu.Unlock()
	for _, l := range silent {
		l.giveUp()
	}
}

func (l *line) Read(b []byte) (int, error) {
	l.waiting.Store(time.Now().UnixNano())
	if limit := l.silence.Load(); limit > 0 {
		defer time.AfterFunc(time.Duration(limit), l.giveUp).Stop()
	}
	n, err := l.Conn.Read(b)
	l.waiting.Store(0)
	l.heard.Store(time.Now().UnixNano())
	if err != nil && l.silent.Load() {
		err = errSilent
	}
	return n, err
}

// Close may be called again.
func (l *line) Close() error {
	l.of.mu.Lock()
	delete(l.of.open, l)
	l.of.mu.Unlock()
	return l.Conn.Close()
}

func (l *line) giveUp() {
	l.silent.Store(true)
	l.Close()
}

// within gives each answer that do waits for so much time.
func (l *line) within(silence time.Duration, do func() error) error {
	l.silence.Store(int64(silence))
	defer l.silence.Store(0)
	return do()
}

// idle is how long the line has been so.
func (l *line) idle() time.Duration { return time.Since(time.Unix(0, l.heard.Load())) }

// lineOf is the line below a connection that this package has made.
func lineOf(conn *pgx.Conn) *line {
	below := conn.PgConn().Conn()
	if encrypted, ok := below.(interface{ NetConn() net.Conn }); ok {
		below = encrypted.NetConn()
	}
	return below.(*line)
}
