<%@ page contentType="application/json; charset=UTF-8" trimDirectiveWhitespaces="true" session="false"
    import="java.nio.charset.StandardCharsets, java.util.UUID, java.util.regex.Matcher, java.util.regex.Pattern"
%><%
// Step 1. What the upload URL does is chosen by the import's "build", so that a test can ask for it.
if (!"POST".equals(request.getMethod())) {
    response.sendError(405);
    return;
}
if (request.getHeader("apiKey") == null || request.getHeader("Authorization") == null) {
    response.sendError(401);
    return;
}
String body = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
Matcher build = Pattern.compile("\"build\"\\s*:\\s*\"(\\w+)\"").matcher(body);
String id = UUID.randomUUID().toString();
String url = request.getRequestURL() + "/" + (build.find() ? build.group(1) : "submitFile") + "?uploadId=" + id;
%>{"url": "<%= url %>", "trackingId": "<%= id %>"}
