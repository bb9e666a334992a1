package wears

import "testing"

var uses int

func TestWearsOut(t *testing.T) {
	if uses++; uses > 1 {
		t.Errorf("worn out in use %d", uses)
	}
}

func TestHolds(t *testing.T) {}
