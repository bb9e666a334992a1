#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>

Test(cart, adds) { cr_assert(1 == 1); }
Test(cart, total) { int total = 3; cr_expect_eq(total, 2); cr_assert_eq(total, 4, "the discount was not taken off"); }
Test(cart, says_why) { cr_assert(0, "the till is broken"); }
Test(cart, crashes) { abort(); }
Test(cart, expected_signal, .signal = SIGABRT) { abort(); }
Test(cart, exits) { exit(3); }
Test(cart, payment, .disabled = true) { cr_assert(0, "no card reader"); }
Test(cart, voucher) { cr_skip_test("vouchers are off"); }
