package postgistest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Steps stands before a server, and counts the messages that a program sends it on the first
// connection that bears a name. After one of them, something is done before the next may pass.
type Steps struct {
	name, socket string

	mu    sync.Mutex
	found bool // the connection that counts
	count int
	at    int // 0: never
	do    func()
}

// NewSteps gives one for the database of a server with a socket, and the URL through it.
func NewSteps(t testing.TB, database, name string) (*Steps, string) {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	s := &Steps{name: name, socket: fmt.Sprintf("%s/.s.PGSQL.%d", config.Host, config.Port)}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go s.pass(client)
		}
	}()
	through := url.URL{Scheme: "postgres", User: url.User(config.User), Host: listener.Addr().String(), Path: "/" + config.Database, RawQuery: "sslmode=disable"}
	return s, through.String()
}

// After counts anew, and does something after so many messages; 0 does nothing.
func (s *Steps) After(n int, do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found, s.count, s.at, s.do = false, 0, n, do
}

// Count is how many messages there were.
func (s *Steps) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

func (s *Steps) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("unix", s.socket)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		io.Copy(client, server)
		client.Close()
	}()
	from := bufio.NewReader(client)
	counts, err := s.begin(server, from)
	for err == nil {
		err = s.message(server, from, counts)
	}
}

// begin passes on the first message, in which the program gives its name.
func (s *Steps) begin(server io.Writer, from io.Reader) (counts bool, err error) {
	var length [4]byte
	if _, err := io.ReadFull(from, length[:]); err != nil {
		return false, err
	}
	body := make([]byte, binary.BigEndian.Uint32(length[:])-4)
	if _, err := io.ReadFull(from, body); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.found && strings.Contains(string(body), "application_name\x00"+s.name+"\x00") {
		s.found, counts = true, true
	}
	_, err = server.Write(append(length[:], body...))
	return counts, err
}

// message passes on one, and does what is to be done after it.
func (s *Steps) message(server io.Writer, from io.Reader, counts bool) error {
	var head [5]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return err
	}
	body := make([]byte, binary.BigEndian.Uint32(head[1:])-4)
	if _, err := io.ReadFull(from, body); err != nil {
		return err
	}
	if _, err := server.Write(append(head[:], body...)); err != nil {
		return err
	}
	if !counts {
		return nil
	}
	s.mu.Lock()
	s.count++
	do := s.do
	if s.count != s.at {
		do = nil
	}
	s.mu.Unlock()
	if do != nil {
		do()
	}
	return nil
}
