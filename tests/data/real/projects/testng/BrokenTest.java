import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class BrokenTest {
  @BeforeClass public void open() { throw new IllegalStateException("the shop is closed"); }
  @Test public void never() {}
}
