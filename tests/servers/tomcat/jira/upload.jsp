<%@ page contentType="application/json; charset=UTF-8" trimDirectiveWhitespaces="true" session="false"
    import="jakarta.servlet.http.Part, java.io.InputStream, java.nio.charset.StandardCharsets,
            java.security.MessageDigest, java.util.Base64, java.util.Collection, java.util.HexFormat"
%><%!
static String quoted(String text) {
    return text == null ? "null" : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
}
%><%
// Step 2. What the container made of the multipart body is kept as JSON, for step 3 to show.
Collection<Part> parts = request.getParts();
StringBuilder received = new StringBuilder("[");
for (Part part : parts) {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    byte[] block = new byte[65536];
    try (InputStream stream = part.getInputStream()) {
        for (int count = stream.read(block); count >= 0; count = stream.read(block)) {
            digest.update(block, 0, count);
        }
    }
    String name = part.getSubmittedFileName();
    String coded = name == null ? null : Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    received.append(received.length() > 1 ? ", " : "")
        .append("{\"name\": ").append(quoted(part.getName()))
        .append(", \"fileName\": ").append(quoted(coded))
        .append(", \"contentType\": ").append(quoted(part.getContentType()))
        .append(", \"size\": ").append(part.getSize())
        .append(", \"sha256\": ").append(quoted(HexFormat.of().formatHex(digest.digest())))
        .append(", \"contentLength\": ").append(quoted(request.getHeader("Content-Length")))
        .append(", \"xsrf\": ").append(quoted(request.getHeader("X-Atlassian-Token")))
        .append("}");
    part.delete();
}
application.setAttribute(request.getParameter("uploadId"), received.append("]").toString());
response.setStatus(204);
%>
