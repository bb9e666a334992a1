#include <check.h>
#include <stdlib.h>

START_TEST(adds) { ck_assert_int_eq(1, 1); } END_TEST
START_TEST(total) { int total = 3; ck_assert_int_eq(total, 2); } END_TEST
START_TEST(says_why) { ck_abort_msg("the till is broken <b> & \x1b[31mred\x1b[0m"); } END_TEST
START_TEST(crashes) { abort(); } END_TEST

int main(void) {
  Suite *suite = suite_create("Shop");
  TCase *cart = tcase_create("Cart");
  tcase_add_test(cart, adds);
  tcase_add_test(cart, total);
  tcase_add_test(cart, says_why);
  tcase_add_test(cart, crashes);
  suite_add_tcase(suite, cart);
  SRunner *runner = srunner_create(suite);
  srunner_set_xml(runner, "own.xml");
  srunner_set_tap(runner, "own.tap");
  srunner_run_all(runner, CK_VERBOSE);
  srunner_free(runner);
  return 0;
}
