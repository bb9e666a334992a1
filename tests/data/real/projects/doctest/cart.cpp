#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
#include <stdexcept>
using doctest::may_fail; using doctest::should_fail; using doctest::skip;

TEST_SUITE("cart") {
TEST_CASE("adds") { CHECK(1 == 1); }
TEST_CASE("total") {
  int total = 3;
  CHECK(total == 2);
  CHECK_MESSAGE(total == 4, "the discount was not taken off");
}
TEST_CASE("says why") { FAIL("the till is broken"); }
TEST_CASE("tax") { throw std::runtime_error("no tax rate"); }
TEST_CASE("known and wrong" * may_fail()) { CHECK(1 == 2); }
TEST_CASE("should be wrong and is" * should_fail()) { CHECK(1 == 2); }
TEST_CASE("should be wrong and is right" * should_fail()) { CHECK(1 == 1); }
TEST_CASE("payment" * skip()) { FAIL("no card reader"); }
TEST_CASE("colours") { FAIL("\x1b[31mRabatt falsch:\x1b[0m ä 漢字 <b> & ]]> \a"); }
}
TEST_CASE("checkout") {
  SUBCASE("by card") { CHECK_THROWS_AS(throw 1, std::logic_error); }
  SUBCASE("in cash") { CHECK(true); }
}
