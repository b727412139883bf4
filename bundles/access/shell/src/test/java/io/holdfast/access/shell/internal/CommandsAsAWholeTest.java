package io.holdfast.access.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.junit.jupiter.api.Test;

class CommandsAsAWholeTest {

    static List<Class<?>> commands() throws Exception {
        Path classes = Path.of("target/classes/io/holdfast/access/shell/internal");
        try (Stream<Path> files = Files.list(classes)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".class") && !f.startsWith("package-info"))
                    .map(f -> "io.holdfast.access.shell.internal." + f.substring(0, f.length() - 6))
                    .<Class<?>>map(name -> {
                        try {
                            return Class.forName(name);
                        } catch (ClassNotFoundException e) {
                            throw new IllegalStateException(e);
                        }
                    })
                    .filter(type -> type.isAnnotationPresent(Command.class))
                    .toList();
        }
    }

    @Test
    void everyCommandCanBeMadeByTheShellAndExplainsItself() throws Exception {
        assertThat(commands()).hasSizeGreaterThan(30).allSatisfy(type -> {
            Command command = type.getAnnotation(Command.class);
            assertThat(command.scope()).isEqualTo("holdfast");
            assertThat(command.description()).isNotBlank();
            assertThat(Modifier.isPublic(type.getModifiers())).isTrue();
            assertThat(type.getConstructor()).isNotNull();
            Stream.of(type.getDeclaredFields()).forEach(field -> {
                if (field.isAnnotationPresent(Option.class)) {
                    assertThat(field.getAnnotation(Option.class).description()).isNotBlank();
                } else if (field.isAnnotationPresent(Argument.class)) {
                    assertThat(field.getAnnotation(Argument.class).description())
                            .isNotBlank();
                }
            });
        });
    }

    @Test
    void everyCommandStandsInTheReadme() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        for (Class<?> type : commands()) {
            assertThat(readme).contains("`" + type.getAnnotation(Command.class).name());
        }
    }
}
