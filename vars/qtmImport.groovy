/**
 * Imports test results into QTM4J and returns the report as a map (see qtmImport.txt).
 *
 * No secret appears on a command line: credentials are passed as variables, to the container by name.
 */

Map call(Map settings = [:]) {
    Map known = [
        image: 'ghcr.io/OWNER/qtm-action:1', dockerOptions: '', passVariables: [], whenNotSuccessful: 'error',
        apiKeyCredentialsId: 'qtm-api-key', tokenCredentialsId: null, userCredentialsId: null
    ]
    Map own = known + settings.findAll { name, value -> known.containsKey(name) }
    Map inputs = settings.findAll { name, value -> !known.containsKey(name) }
    check(own, inputs)

    List variables = inputs.collect { name, value -> variable(name) + '=' + text(value) }
    variables << 'QTM_REPORT_FILE=' + pwd() + '/qtm-import.json'
    variables << 'QTM_ACTION_IMAGE=' + (own.image ?: '')

    // A workspace keeps files from earlier builds. The report read below must not be an earlier import's.
    sh(label: 'Remove the report of an earlier import', script: 'rm -f qtm-import.json')
    int code = 70
    withCredentials(credentials(own)) {
        withEnv(variables) {
            code = sh(label: 'Import test results into QTM4J', returnStatus: true, script: script(own, variables))
        }
    }
    Map report = fileExists('qtm-import.json') ? readJSON(file: 'qtm-import.json', returnPojo: true) : [:]
    if (code != 0) {
        String message = "QTM4J import: ${report.status ?: 'FAILED'} (exit code ${code}); see the log above"
        own.whenNotSuccessful == 'unstable' ? unstable(message) : error(message)
    }
    return report
}

/** Stops the build if a setting is invalid. */
private void check(Map own, Map inputs) {
    inputs.keySet().each { name ->
        if (!(name ==~ /[a-z][a-zA-Z]*/)) {
            error("qtmImport: ${name} is not a setting")
        }
        if (name in ['apiKey', 'token', 'password']) {
            error("qtmImport: ${name} must be stored in Jenkins; set ${name == 'password' ? 'user' : name}" +
                'CredentialsId')
        }
    }
    if (own.tokenCredentialsId && own.userCredentialsId) {
        error('qtmImport: set tokenCredentialsId or userCredentialsId, not both')
    }
    if (!(own.whenNotSuccessful in ['error', 'unstable'])) {
        error("qtmImport: whenNotSuccessful must be 'error' or 'unstable'")
    }
    own.passVariables.each { name ->
        if (!(name ==~ /\w+/)) {
            error("qtmImport: passVariables contains an invalid name: ${name}")
        }
    }
}

/** The credentials to read from Jenkins: the API key, and a token or a username with a password. */
private List credentials(Map own) {
    List found = [string(credentialsId: own.apiKeyCredentialsId, variable: 'QTM_API_KEY')]
    if (own.userCredentialsId) {
        found << usernamePassword(credentialsId: own.userCredentialsId, usernameVariable: 'QTM_USERNAME',
            passwordVariable: 'QTM_PASSWORD')
    } else {
        found << string(credentialsId: own.tokenCredentialsId ?: 'jira-token', variable: 'QTM_TOKEN')
    }
    return found
}

/** The shell script: runs the command itself, or in a container that gets the variables by name. */
private String script(Map own, List variables) {
    if (!own.image) {
        return 'qtm-action'
    }
    List names = ['QTM_API_KEY', 'QTM_TOKEN', 'QTM_USERNAME', 'QTM_PASSWORD', 'JENKINS_URL', 'WORKSPACE', 'JOB_NAME',
        'BUILD_NUMBER', 'BUILD_TAG', 'BUILD_URL', 'BRANCH_NAME', 'CHANGE_BRANCH', 'CHANGE_ID', 'GIT_BRANCH',
        'GIT_COMMIT', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']
    names += variables.collect { each -> each.tokenize('=')[0] } + own.passVariables
    String given = names.unique().collect { name -> '--env ' + name }.join(' ')
    return 'docker run --rm --user "$(id -u):$(id -g)" --volume "$WORKSPACE:$WORKSPACE" --workdir "$PWD" ' +
        given + ' ' + own.dockerOptions + ' "$QTM_ACTION_IMAGE"'
}

/** The variable of a setting: QTM_TEST_CYCLE_TO_REUSE for testCycleToReuse. */
private String variable(String name) {
    return 'QTM_' + name.replaceAll(/([A-Z])/, '_$1').toUpperCase()
}

/** The text of a setting: a list has one element per line, as the inputs expect. */
private String text(Object value) {
    return value instanceof List ? value.join('\n') : String.valueOf(value)
}
