package shop;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Ignore;
import org.junit.Test;

public class CartTest {
  private static int runs;

  @Test public void adds() { System.out.println("adding <one> & two"); }
  @Test public void fails() { assertEquals("quantity", 1, 2); }
  @Test public void breaks() { throw new IllegalStateException("the shop is closed"); }
  @Test public void flaky() { assertTrue("the first time", ++runs > 1); }
  @Ignore("no card reader") @Test public void payment() {}
}
