package memory

// Forget empties the cache, so that the next answers are first ones.
func (s *Store) Forget() { s.current.Load().answers = newCache(cacheBytes) }
