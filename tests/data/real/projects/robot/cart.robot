*** Test Cases ***
Adds An Item
    Should Be Equal    ${1}    ${1}

Wrong
    [Documentation]    Fails with a message of two lines
    Fail    1 item expected\nbut there are 2: ä <tag> &

Left Out
    Skip    no card reader

Not Critical
    [Tags]    PRJ-TC-6
    No Operation

Broken Teardown
    No Operation
    [Teardown]    Fail    the till does not close
