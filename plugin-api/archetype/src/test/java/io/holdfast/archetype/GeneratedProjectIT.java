package io.holdfast.archetype;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generates a project as a vendor does, and builds it. The artifacts of this build are put into a local repository of its own. */
class GeneratedProjectIT {

    private static final String VERSION = System.getProperty("archetype.version");

    @TempDir
    Path directory;

    @Test
    void a_generated_project_builds_passes_its_contract_and_is_a_plugin() throws Exception {
        Path repository = repository();
        maven(
                directory,
                repository,
                "org.apache.maven.plugins:maven-archetype-plugin:3.4.1:generate",
                "-DinteractiveMode=false",
                "-DarchetypeCatalog=local",
                "-DarchetypeGroupId=io.holdfast",
                "-DarchetypeArtifactId=io.holdfast.archetype",
                "-DarchetypeVersion=" + VERSION,
                "-DgroupId=com.example",
                "-DartifactId=com.example.tapevault",
                "-Dversion=1.0.0",
                "-Dpackage=com.example.tapevault",
                "-DpluginId=tape-vault",
                "-DpluginName=Tape vault");
        Path project = directory.resolve("com.example.tapevault");

        maven(project, repository, "verify");

        assertThat(project.resolve("target/surefire-reports/"
                        + "TEST-com.example.tapevault.internal.StoreDestinationContractTest.xml"))
                .content()
                .contains("errors=\"0\"", "failures=\"0\"", "of_concurrent_puts_of_one_key_exactly_one_succeeds");
        try (JarFile jar = new JarFile(
                project.resolve("target/com.example.tapevault-1.0.0.jar").toFile())) {
            var manifest = jar.getManifest().getMainAttributes();
            assertThat(manifest.getValue("Bundle-SymbolicName")).isEqualTo("com.example.tapevault");
            assertThat(manifest.getValue("Import-Package")).contains("io.holdfast.spi.destination;version=\"[1.1,2)\"");
            assertThat(manifest.getValue("Export-Package")).isNull();
            assertThat(manifest.getValue("Service-Component")).contains("StoreDestinationType");
            assertThat(manifest.getValue("Provide-Capability")).contains("io.holdfast.spi.destination.DestinationType");
        }
    }

    private Path repository() throws IOException {
        Path repository = Files.createDirectory(directory.resolve("repository"));
        Path root = Path.of("../..");
        install(repository, "holdfast", root.resolve("pom.xml"), null);
        install(repository, "holdfast-plugin-api", root.resolve("plugin-api/pom.xml"), null);
        for (String module : List.of("spi", "testkit", "archetype")) {
            Path folder = root.resolve("plugin-api").resolve(module);
            String name = "io.holdfast." + module;
            install(
                    repository,
                    name,
                    folder.resolve("pom.xml"),
                    folder.resolve("target/" + name + "-" + VERSION + ".jar"));
        }
        return repository;
    }

    private static void install(Path repository, String name, Path pom, Path jar) throws IOException {
        Path folder = Files.createDirectories(
                repository.resolve("io/holdfast").resolve(name).resolve(VERSION));
        Files.copy(pom, folder.resolve(name + "-" + VERSION + ".pom"), StandardCopyOption.REPLACE_EXISTING);
        if (jar != null) {
            Files.copy(jar, folder.resolve(name + "-" + VERSION + ".jar"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void maven(Path workingDirectory, Path repository, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("archetype.mvnw"),
                "-B",
                "-Dmaven.repo.local=" + repository,
                "-Dmaven.repo.local.tail=" + System.getProperty("archetype.repository"),
                "-Dmaven.repo.local.tail.ignoreAvailability=true"));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroy();
        assertThat(ended).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }
}
