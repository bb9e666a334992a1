<%@ page contentType="text/html; charset=UTF-8" trimDirectiveWhitespaces="true" session="false"
%><%
// An upload that is answered before it is read, as a filter or a valve in front of Jira does.
response.sendError(413, "too large for this Jira");
%>
