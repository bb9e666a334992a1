#define BOOST_TEST_MODULE Shop
#include <boost/test/included/unit_test.hpp>
#include <boost/test/data/test_case.hpp>
#include <stdexcept>
namespace utf = boost::unit_test;

BOOST_AUTO_TEST_SUITE(cart)
BOOST_AUTO_TEST_CASE(adds) { BOOST_TEST(1 == 1); }
BOOST_AUTO_TEST_CASE(total) {
  int total = 3;
  BOOST_TEST(total == 2);
  BOOST_TEST(total == 4, "the discount was not taken off");
}
BOOST_AUTO_TEST_CASE(required) { BOOST_REQUIRE_EQUAL(1, 2); }
BOOST_AUTO_TEST_CASE(tax) { throw std::runtime_error("no tax rate"); }
BOOST_AUTO_TEST_CASE(colours) { BOOST_ERROR("\x1b[31mRabatt falsch:\x1b[0m ä 漢字 <b> & ]]> \a"); }
BOOST_AUTO_TEST_CASE(payment, *utf::disabled()) { BOOST_ERROR("no card reader"); }
BOOST_AUTO_TEST_CASE(known, *utf::expected_failures(1)) { BOOST_TEST(1 == 2); }
BOOST_AUTO_TEST_CASE(after, *utf::depends_on("cart/total")) { BOOST_TEST(true); }
BOOST_AUTO_TEST_CASE(silent) {}
BOOST_AUTO_TEST_CASE(warns) { BOOST_WARN_MESSAGE(false, "the till is slow"); BOOST_TEST(true); }
BOOST_DATA_TEST_CASE(quantity, utf::data::make({1, 0})) { BOOST_TEST(sample > 0); }
BOOST_AUTO_TEST_SUITE_END()

struct Till { Till() { throw std::logic_error("the till does not open"); } };
BOOST_FIXTURE_TEST_CASE(opens, Till) { BOOST_TEST(true); }
