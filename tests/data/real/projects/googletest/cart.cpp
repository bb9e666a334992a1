#include <gtest/gtest.h>
#include <stdexcept>

TEST(Cart, Adds) { RecordProperty("testcasekey", "PRJ-TC-4"); EXPECT_EQ(1, 1); }
TEST(Cart, Total) {
  int total = 3;
  EXPECT_EQ(total, 2);
  EXPECT_EQ(total, 4) << "the discount was not taken off";
}
TEST(Cart, SaysWhy) { FAIL() << "the till is broken"; }
TEST(Cart, Payment) { GTEST_SKIP() << "no card reader on this machine"; }
TEST(Cart, DISABLED_Voucher) { FAIL() << "vouchers come later"; }
TEST(Cart, Tax) { throw std::runtime_error("no tax rate"); }
TEST(Cart, Bare) { throw 7; }
TEST(Cart, HostileColours) { FAIL() << "\x1b[31mRabatt falsch:\x1b[0m ä 漢字 <b> & ]]> \a"; }
TEST(Cart, HostileBytes) { FAIL() << "caf\xe9 \xff\xfe"; }
TEST(Cart, HostileNoncharacter) { FAIL() << "the till sent \xef\xbf\xbe"; }
TEST(Cart, Near) { EXPECT_NEAR(1.0, 1.5, 0.1); }
TEST(Cart, Text) { EXPECT_STREQ("apple", "pear"); }
TEST(Cart, Throws) { EXPECT_THROW(throw 1, std::runtime_error); }

class Till : public ::testing::Test {
 protected:
  void SetUp() override { throw std::logic_error("the till does not open"); }
};
TEST_F(Till, Opens) {}

class Shop : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { FAIL() << "the shop is closed"; }
};
TEST_F(Shop, Sells) {}

class Quantity : public ::testing::TestWithParam<int> {};
TEST_P(Quantity, IsPositive) { ASSERT_GT(GetParam(), 0); }
INSTANTIATE_TEST_SUITE_P(Many, Quantity, ::testing::Values(1, 0));
