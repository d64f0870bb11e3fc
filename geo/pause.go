package geo

import "context"

type pauseKey struct{}

// WithPause tells a store what its caller gives back while the store waits for others
// (a permit of a Gate, say): pause is called before such a wait, and what it returns
// behind it.
func WithPause(ctx context.Context, pause func() (resume func() error)) context.Context {
	return context.WithValue(ctx, pauseKey{}, pause)
}

// Pause is called by a store that is going to wait for what is made elsewhere, and
// resume when it has it.
func Pause(ctx context.Context) (resume func() error) {
	if pause, ok := ctx.Value(pauseKey{}).(func() func() error); ok {
		return pause()
	}
	return func() error { return nil }
}
