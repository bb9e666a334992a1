"""Frameworks of Java, Kotlin and Scala."""

from __future__ import annotations

from functools import partial

from qtm_action.formats import Format
from qtm_action.init.frameworks.model import BuildFile, Framework

_jvm = partial(Framework, "Java, Kotlin, Scala")

_POM = BuildFile("pom.xml")
_GRADLE = (BuildFile("build.gradle"), BuildFile("build.gradle.kts"))
_QAF_TREE = (
    "Written by itself: `test-results/<date>/json`, with screenshots in `img` beside it. The newest run of "
    "the folder is imported; `attachFile: true` uploads the screenshots."
)

FRAMEWORKS = (
    _jvm(
        "Maven Surefire",
        "surefire",
        "mvn verify",
        Format.JUNIT,
        "**/surefire-reports/TEST-*.xml",
        (_POM,),
        "For JUnit 4, JUnit 5 and Spock.",
    ),
    _jvm(
        "Maven Failsafe",
        "failsafe",
        "mvn verify",
        Format.JUNIT,
        "**/failsafe-reports/TEST-*.xml",
        (BuildFile("pom.xml", "maven-failsafe-plugin"),),
        "Integration tests, of the same frameworks.",
    ),
    _jvm(
        "Gradle",
        "gradle",
        "./gradlew test",
        Format.JUNIT,
        "**/build/test-results/**/*.xml",
        _GRADLE,
        "For JUnit 4, JUnit 5, Kotest, Spock and TestNG.",
    ),
    _jvm(
        "Android instrumented tests",
        "android",
        "./gradlew connectedAndroidTest",
        Format.JUNIT,
        "**/build/outputs/androidTest-results/**/TEST-*.xml",
        tuple(BuildFile(each.name, "com.android.") for each in _GRADLE),
    ),
    _jvm(
        "TestNG",
        "testng",
        "mvn verify",
        Format.TESTNG,
        "**/testng-results.xml",
        (BuildFile("pom.xml", "<artifactId>testng</artifactId>"),),
        "Surefire and TestNG write the same tests as JUnit XML too: import one of the two.",
        replaces=("surefire",),
    ),
    _jvm(
        "Cucumber-JVM",
        "cucumber",
        "mvn verify -Dcucumber.plugin=json:target/cucumber.json",
        Format.CUCUMBER,
        "**/target/cucumber.json",
        (BuildFile("pom.xml", "io.cucumber"),),
        "Screenshots that a step attaches are in the JSON; `attachFile: true` uploads them.",
    ),
    _jvm(
        "Karate",
        "karate",
        "mvn verify",
        Format.CUCUMBER,
        "**/karate-reports/*.json",
        (BuildFile("pom.xml", "karate"),),
        "In the runner: `Runner.path(…).outputCucumberJson(true).parallel(5)`.",
    ),
    _jvm(
        "QAF (Java)",
        "qaf",
        "mvn verify",
        Format.QAF,
        "test-results",
        (BuildFile("pom.xml", "<artifactId>qaf</artifactId>"),),
        _QAF_TREE,
        replaces=("testng", "surefire"),
    ),
    _jvm(
        "Ant",
        "ant",
        "ant test",
        Format.JUNIT,
        "**/TEST-*.xml",
        (BuildFile("build.xml", "<junit"),),
        'With `<formatter type="xml"/>` in the task `<junit>`.',
    ),
    _jvm(
        "sbt (ScalaTest, MUnit, specs2)",
        "sbt",
        "sbt test",
        Format.JUNIT,
        "**/target/test-reports/*.xml",
        (BuildFile("build.sbt"),),
    ),
)
