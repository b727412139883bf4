package io.holdfast.access.rest.internal;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The Javadoc of our own sources: what people read there is what the OpenAPI document says. */
final class SourceDocs {

    private static final Pattern PARAM = Pattern.compile("@param\\s+(\\w+)\\s+([^@]*)");
    private static final Pattern INLINE = Pattern.compile("\\{@(?:code|link)\\s+([^}]*(?:\\{[^}]*}[^}]*)?)}");

    private final Map<String, String> comments = new HashMap<>();

    SourceDocs(Path... roots) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            for (Path root : roots) {
                JavacTask task = (JavacTask) compiler.getTask(
                        null, files, d -> {}, List.of(), null, files.getJavaFileObjectsFromPaths(sources(root)));
                DocTrees docs = DocTrees.instance(task);
                for (CompilationUnitTree unit : task.parse()) {
                    new Collector(docs).scan(unit, null);
                }
            }
        }
    }

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(p -> p.toString().endsWith(".java")).toList();
        }
    }

    private final class Collector extends TreePathScanner<Void, Void> {

        private final DocTrees docs;

        Collector(DocTrees docs) {
            this.docs = docs;
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            put(type.getSimpleName().toString());
            return super.visitClass(type, null);
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            if (getCurrentPath().getParentPath().getLeaf() instanceof ClassTree owner) {
                put(owner.getSimpleName() + "." + method.getName());
            }
            return super.visitMethod(method, null);
        }

        private void put(String name) {
            String comment = docs.getDocComment(getCurrentPath());
            if (comment != null) {
                comments.put(name, comment);
            }
        }
    }

    /** What is said of a class, or of a method as {@code Class.method}. */
    String of(String name) {
        String comment = comments.getOrDefault(name, "");
        int tags = comment.indexOf("@param");
        return clean(tags < 0 ? comment : comment.substring(0, tags));
    }

    /** What is said of a parameter or of a record's component. */
    String of(String name, String parameter) {
        Matcher matcher = PARAM.matcher(comments.getOrDefault(name, "").replace("{@code {", "{'code {"));
        while (matcher.find()) {
            if (matcher.group(1).equals(parameter)) {
                return clean(matcher.group(2).replace("{'code {", "{@code {"));
            }
        }
        return "";
    }

    private static String clean(String text) {
        return INLINE.matcher(text)
                .replaceAll(m -> Matcher.quoteReplacement("`" + m.group(1) + "`"))
                .replaceAll("</?p>", "")
                .replaceAll("\\s+", " ")
                .trim();
    }
}
