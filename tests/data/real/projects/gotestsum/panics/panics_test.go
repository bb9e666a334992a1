package panics

import "testing"

func TestBefore(t *testing.T) {}

func TestPanics(t *testing.T) {
	var prices map[string]int
	prices["apple"] = 1
}

func TestAfter(t *testing.T) {}
