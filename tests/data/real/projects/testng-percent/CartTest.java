import static org.testng.Assert.assertTrue;

import org.testng.annotations.Test;

public class CartTest {
  private static int runs;

  @Test public void adds() {}
  @Test public void total() { assertTrue(false, "the discount was not taken off"); }
  @Test(invocationCount = 4, successPercentage = 50)
  public void busy() { assertTrue(++runs % 2 == 0, "the till was busy in try " + runs); }
  @Test(invocationCount = 2, successPercentage = 90)
  public void broken() { throw new IllegalStateException("the till is broken"); }
}
