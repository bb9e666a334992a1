package flaky

import (
	"os"
	"testing"
)

// tries counts the runs of this process and of those before it.
func tries(t *testing.T) int {
	file := "tries-" + t.Name()
	past, _ := os.ReadFile(file)
	if err := os.WriteFile(file, append(past, '.'), 0o600); err != nil {
		t.Fatal(err)
	}
	return len(past) + 1
}

func TestSteady(t *testing.T) {}

func TestFlaky(t *testing.T) {
	if n := tries(t); n < 2 {
		t.Errorf("the till was busy in try %d", n)
	}
}

func TestAlwaysWrong(t *testing.T) {
	t.Errorf("the till is broken in try %d", tries(t))
}
