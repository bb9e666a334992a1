#include <cppunit/extensions/HelperMacros.h>
#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/TestRunner.h>
#include <cppunit/XmlOutputter.h>
#include <fstream>
#include <iostream>
#include <stdexcept>

class CartTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(CartTest);
  CPPUNIT_TEST(adds);
  CPPUNIT_TEST(total);
  CPPUNIT_TEST(tax);
  CPPUNIT_TEST_SUITE_END();
 public:
  void adds() { CPPUNIT_ASSERT(true); }
  void total() { CPPUNIT_ASSERT_EQUAL_MESSAGE("the discount was not taken off", 2, 3); }
  void tax() { throw std::runtime_error("no tax rate"); }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CartTest);

int main() {
  CppUnit::TestResult controller;
  CppUnit::TestResultCollector results;
  CppUnit::BriefTestProgressListener progress;
  controller.addListener(&results);
  controller.addListener(&progress);
  CppUnit::TestRunner runner;
  runner.addTest(CppUnit::TestFactoryRegistry::getRegistry().makeTest());
  runner.run(controller);
  std::ofstream file("own.xml");
  CppUnit::XmlOutputter(&results, file).write();
  CppUnit::CompilerOutputter(&results, std::cerr).write();
}
