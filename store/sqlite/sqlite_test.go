package sqlite

import (
	"testing"

	"frank/store"
	"frank/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, storetest.Backend{Open: func(dir string) (store.Store, error) { return Open(dir) }})
}
