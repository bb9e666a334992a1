// Runs a declarative Jenkinsfile in the current folder, as far as the examples need it:
//
//   groovy RunJenkinsfile.groovy JENKINSFILE LIBRARY CREDENTIALS
//
// LIBRARY is the folder of a shared library, CREDENTIALS a JSON file from ids to texts, or to [user, password].
// `sh` steps and containers are real. Nothing is masked in what is printed, so that a test sees what a step shows.
// Not Jenkins: no sandbox, no continuation-passing style, no stages in parallel.

import groovy.json.JsonSlurper
import org.codehaus.groovy.control.CompilerConfiguration

@interface Library {
    String value()
}

class StepFailure extends RuntimeException {
    StepFailure(String message) {
        super(message)
    }
}

/** A script of a pipeline or a library: what it does not know itself is a step. */
abstract class PipelineScript extends Script {
    static Jenkins jenkins

    Object methodMissing(String name, Object arguments) {
        return jenkins.invokeMethod(name, arguments)
    }

    Object propertyMissing(String name) {
        return jenkins.symbol(name)
    }
}

class Jenkins {
    GroovyShell shell
    File library
    Map credentials
    Map environment = [:]
    String result = 'SUCCESS'
    String container = null
    File here = new File('.').canonicalFile
    List post = []

    // ---- the declarative structure ----

    void pipeline(Closure body) {
        environment.WORKSPACE = here.path
        environment.JENKINS_URL = 'https://jenkins.example.com/'
        environment.BUILD_NUMBER = '7'
        environment.JOB_NAME = 'shop'
        attempt(body)
        post.each { Closure each -> attempt(each) }
    }

    private void attempt(Closure body) {
        try {
            body()
        } catch (StepFailure failure) {
            println "ERROR: ${failure.message}"
            result = 'FAILURE'
        }
    }

    void agent(Object kind) { }

    void environment(Closure body) {
        body.delegate = new Expando(environment)
        body.resolveStrategy = Closure.DELEGATE_FIRST
        body()
        environment = body.delegate.properties.findAll { name, value -> value instanceof CharSequence }
    }

    void stages(Closure body) {
        body()
    }

    void stage(String name, Closure body) {
        println "[Pipeline] stage ${name}"
        body()
    }

    void steps(Closure body) {
        body()
    }

    void script(Closure body) {
        body()
    }

    void post(Closure body) {
        body()
    }

    void always(Closure body) {
        post << body
    }

    Object symbol(String name) {
        if (name == 'env') {
            return environment
        }
        if (name == 'docker') {
            return [image: { String image -> [inside: { Object... given -> inside(image, given) }] }]
        }
        return name
    }

    // ---- steps ----

    Object sh(String script) {
        return sh(script: script)
    }

    Object sh(Map step) {
        List command = ['sh', '-xe', '-c', step.script]
        if (container) {
            List given = environment.collectMany { name, value -> ['--env', name] }
            command = [docker(), 'exec', '--workdir', here.path] + given + [container] + command
        }
        ProcessBuilder builder = new ProcessBuilder(command*.toString()).directory(here).redirectErrorStream(true)
        environment.each { name, value -> builder.environment().put(name.toString(), value.toString()) }
        Process process = builder.start()
        process.outputStream.close()
        String output = process.inputStream.text
        int code = process.waitFor()
        if (!step.returnStdout) {
            print output
        }
        if (step.returnStatus) {
            return code
        }
        if (code != 0) {
            throw new StepFailure("script returned exit code ${code}")
        }
        return step.returnStdout ? output : null
    }

    private void inside(String image, Object[] given) {
        Closure body = given.last()
        String place = here.path
        String user = command('id', '-u') + ':' + command('id', '-g')
        container = command(docker(), 'run', '--tty', '--detach', '--user', user, '--workdir', place, '--network', 'host',
            '--volume', "${place}:${place}:rw", image, 'cat')
        try {
            body()
        } finally {
            command(docker(), 'rm', '--force', container)
            container = null
        }
    }

    private String docker() {
        return System.getenv('DOCKER') ?: 'docker'
    }

    private String command(Object... words) {
        Process process = new ProcessBuilder(words*.toString()).start()
        String output = process.inputStream.text.trim()
        if (process.waitFor() != 0) {
            throw new StepFailure("${words.join(' ')}: ${process.errorStream.text}")
        }
        return output
    }

    private Object nested(Map variables, Closure body) {
        Map outside = environment
        environment = environment + variables
        try {
            return body()
        } finally {
            environment = outside
        }
    }

    Object withEnv(List variables, Closure body) {
        return nested(variables.collectEntries { each -> each.toString().split('=', 2) as List }, body)
    }

    Object withCredentials(List bindings, Closure body) {
        return nested(bindings.collectEntries { each -> each }, body)
    }

    Map string(Map binding) {
        return [(binding.variable): secret(binding.credentialsId)]
    }

    Map usernamePassword(Map binding) {
        List pair = secret(binding.credentialsId)
        return [(binding.usernameVariable): pair[0], (binding.passwordVariable): pair[1]]
    }

    private Object secret(String id) {
        if (!credentials.containsKey(id)) {
            throw new StepFailure("Could not find credentials entry with ID '${id}'")
        }
        return credentials[id]
    }

    String pwd() {
        return here.path
    }

    Object dir(String path, Closure body) {
        File outside = here
        here = new File(here, path).canonicalFile
        try {
            return body()
        } finally {
            here = outside
        }
    }

    boolean fileExists(String name) {
        return new File(here, name).exists()
    }

    Object readJSON(Map step) {
        return new JsonSlurper().parse(new File(here, step.file))
    }

    void echo(Object message) {
        println message
    }

    void error(Object message) {
        throw new StepFailure(message.toString())
    }

    void unstable(Object message) {
        println "WARNING: ${message}"
        result = result == 'SUCCESS' ? 'UNSTABLE' : result
    }

    // ---- the library ----

    Object methodMissing(String name, Object arguments) {
        File file = new File(library, "vars/${name}.groovy")
        if (!file.exists()) {
            throw new StepFailure("No such DSL method '${name}' found among steps")
        }
        return shell.parse(file).invokeMethod('call', arguments)
    }
}

CompilerConfiguration configuration = new CompilerConfiguration(scriptBaseClass: PipelineScript.name)
Jenkins jenkins = new Jenkins(
    shell: new GroovyShell(this.class.classLoader, new Binding(), configuration),
    library: new File(args[1]),
    credentials: new JsonSlurper().parse(new File(args[2]))
)
PipelineScript.jenkins = jenkins
jenkins.shell.parse(new File(args[0])).run()
println "Finished: ${jenkins.result}"
System.exit(jenkins.result == 'SUCCESS' ? 0 : 1)
