package cart

import (
	"fmt"
	"testing"
	"time"
)

func TestAdds(t *testing.T) {
	t.Log("one apple")
}

func TestTotal(t *testing.T) {
	fmt.Println("adding up")
	if total := 3; total != 2 {
		t.Errorf("total = %d, want 2", total)
	}
}

func TestPayment(t *testing.T) {
	t.Skip("no card reader on this machine")
}

func TestQuantity(t *testing.T) {
	for _, quantity := range []int{1, 0} {
		t.Run(fmt.Sprintf("of %d", quantity), func(t *testing.T) {
			t.Log("about to look")
			if quantity < 1 {
				t.Fatalf("quantity is %d", quantity)
			}
		})
	}
}

func TestColours(t *testing.T) {
	fmt.Println("2026/11/25 10:00:00 a line of the program's log")
	t.Error("\x1b[31mRabatt falsch:\x1b[0m ä 漢字 <b> & ]]> \x07")
}

func TestParallel(t *testing.T) {
	t.Parallel()
	time.Sleep(time.Millisecond)
	t.Error("got:\n  pear\nwant:\n  apple")
}

func TestSilent(t *testing.T) {
	t.Fail()
}
