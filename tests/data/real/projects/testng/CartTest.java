import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import org.testng.IRetryAnalyzer;
import org.testng.ITestResult;
import org.testng.Reporter;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CartTest {
  public static class Once implements IRetryAnalyzer {
    private boolean tried;
    public boolean retry(ITestResult result) { return !tried && (tried = true); }
  }
  private static int runs;

  @BeforeMethod public void setUp() {}
  @Test(groups = "PRJ-TC-4", description = "adds an item") public void adds() {}
  @Test public void fails() { Reporter.log("about to fail"); assertEquals(1, 2, "quantity"); }
  @Test(dependsOnMethods = "fails") public void skipped() {}
  @DataProvider public Object[][] fruit() { return new Object[][] {{1, "apple"}, {2, "pear"}}; }
  @Test(dataProvider = "fruit") public void data(int number, String name) { assertTrue(number == 1); }
  @Test(retryAnalyzer = Once.class) public void flaky() { assertTrue(++runs > 1, "the first time"); }
}
