<%@ page contentType="text/html; charset=UTF-8" trimDirectiveWhitespaces="true" session="false"
%><%
// An upload that is answered before it is read, as a filter or a valve in front of Jira does.
response.sendError(request.getRequestURI().endsWith("/denyFile") ? 401 : 413);
%>
