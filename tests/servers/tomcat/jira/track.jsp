<%@ page contentType="application/json; charset=UTF-8" trimDirectiveWhitespaces="true" session="false"
%><%
// Step 3, with what arrived under a key of its own.
String id = request.getParameter("trackingId");
Object received = application.getAttribute(id);
if (received == null) {
    response.setStatus(400);
%>{"status": 404, "errorMessage": "No import details found for given tracking id '<%= id %>'"}<%
    return;
}
%>{"format": "junit", "trackingId": "<%= id %>", "processStatus": "SUCCESS", "importStatus": "SUCCESS",
"received": <%= received %>, "summary": [{"testCycleIssueKey": "TOM-TR-1", "testCasesCreated": 1}]}
