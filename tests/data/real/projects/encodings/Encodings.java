import java.io.FileOutputStream;
import java.io.OutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamWriter;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Writes a small report in encodings by the names that Java takes, with its own writers of XML. */
public class Encodings {
  public static void main(String[] arguments) throws Exception {
    for (String encoding : new String[] {
          "UTF8", "utf8", "windows-31j", "Windows-31J", "ISO-2022-JP", "Shift_JIS", "EUC-JP", "GB18030", "Big5",
          "windows-1252", "Cp1252", "ISO8859_1", "MS932", "UTF-16", "UTF-16LE", "UTF-32", "IBM037"}) {
      boolean western = encoding.matches("windows-1252|Cp1252|ISO8859_1|IBM037");
      streamed(encoding, western ? "Käse für 3 £" : encoding.matches("GB18030|Big5") ? "漢字" : "日本語のテスト");
    }
    transformed("windows-31j", "1.0", "日本語のテスト");
    transformed("UTF-8", "1.1", "colours \u001b[31mred\u001b[0m \u0007 \u0085 \u0001");
  }

  static void streamed(String encoding, String text) throws Exception {
    try (OutputStream file = new FileOutputStream("stream-" + encoding + ".xml")) {
      XMLStreamWriter writer = XMLOutputFactory.newInstance().createXMLStreamWriter(file, encoding);
      writer.writeStartDocument(encoding, "1.0");
      writer.writeStartElement("testsuite");
      writer.writeAttribute("name", text);
      for (boolean passes : new boolean[] {true, false}) {
        writer.writeStartElement("testcase");
        writer.writeAttribute("classname", "shop.CartTest");
        writer.writeAttribute("name", (passes ? "passes " : "fails ") + text);
        if (!passes) {
          writer.writeStartElement("failure");
          writer.writeAttribute("message", "expected " + text);
          writer.writeEndElement();
        }
        writer.writeEndElement();
      }
      writer.writeEndElement();
      writer.writeEndDocument();
      writer.close();
    }
  }

  static void transformed(String encoding, String version, String text) throws Exception {
    Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument();
    document.setXmlVersion(version);
    Element suite = document.createElement("testsuite");
    document.appendChild(suite);
    suite.setAttribute("name", "shop");
    Element passed = document.createElement("testcase");
    passed.setAttribute("classname", "shop.CartTest");
    passed.setAttribute("name", "passes");
    suite.appendChild(passed);
    Element failed = document.createElement("testcase");
    failed.setAttribute("classname", "shop.CartTest");
    failed.setAttribute("name", "fails");
    suite.appendChild(failed);
    Element failure = document.createElement("failure");
    failure.setAttribute("message", "expected " + text);
    failure.appendChild(document.createTextNode("expected " + text));
    failed.appendChild(failure);
    Transformer transformer = TransformerFactory.newInstance().newTransformer();
    transformer.setOutputProperty(OutputKeys.ENCODING, encoding);
    transformer.setOutputProperty(OutputKeys.VERSION, version);
    transformer.transform(
        new DOMSource(document), new StreamResult("transformer-" + encoding + "-" + version + ".xml"));
  }
}
