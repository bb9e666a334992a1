import java.io.File;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.xml.sax.SAXException;

/** Says of each file named whether Java's own parser takes it. */
public class Parse {
  public static void main(String[] files) throws Exception {
    for (String file : files) {
      DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      builder.setErrorHandler(null);
      String verdict = "taken";
      try {
        builder.parse(new File(file));
      } catch (SAXException | java.io.IOException | RuntimeException refusal) {
        verdict = refusal.getMessage();
      }
      System.out.println(file + "\t" + verdict);
    }
  }
}
