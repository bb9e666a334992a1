package stops

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	fmt.Println("the shop is closed")
	os.Exit(3)
}

func TestNever(t *testing.T) {}
