#include <QtTest>
#include <stdexcept>

class Cart : public QObject {
  Q_OBJECT
 private slots:
  void adds() { QCOMPARE(1, 1); }
  void total() { QCOMPARE(3, 2); }
  void saysWhy() { QVERIFY2(false, "the discount was not taken off"); }
  void verifies() { QVERIFY(1 == 2); }
  void payment() { QSKIP("no card reader on this machine"); }
  void known() { QEXPECT_FAIL("", "a known bug", Continue); QVERIFY(false); }
  void knownAndRight() { QEXPECT_FAIL("", "a known bug", Continue); QVERIFY(true); }
  void quantity_data() {
    QTest::addColumn<int>("quantity");
    QTest::newRow("one") << 1;
    QTest::newRow("none") << 0;
  }
  void quantity() { QFETCH(int, quantity); QVERIFY(quantity > 0); }
  void warns() { qWarning("the till is slow"); }
  void colours() { QFAIL("\x1b[31mRabatt falsch:\x1b[0m ä 漢字 <b> & ]]>"); }
};
QTEST_APPLESS_MAIN(Cart)
#include "cart.moc"
