package format

// LimitError reports that a format cannot hold a selection: who asks for less, or
// for another format, is served.
type LimitError struct{ Reason string }

func (e *LimitError) Error() string { return e.Reason }
