package io.holdfast.spi.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The order of paths against a model: a tree of sorted maps, walked. */
class EntryPathTest {

    /** A directory of the model; names sort by unsigned bytes. */
    private static final class Node {
        private final Map<byte[], Node> children = new TreeMap<>(Arrays::compareUnsigned);
    }

    /** Few different bytes around the slash, so that names are prefixes of each other and of nothing sensible. */
    @Provide
    Arbitrary<byte[]> names() {
        return Arbitraries.of((byte) 1, (byte) '-', (byte) '.', (byte) '0', (byte) 'a', (byte) 0xff)
                .array(byte[].class)
                .ofMinSize(1)
                .ofMaxSize(4)
                .filter(name ->
                        !Arrays.equals(name, ".".getBytes(UTF_8)) && !Arrays.equals(name, "..".getBytes(UTF_8)));
    }

    @Provide
    Arbitrary<EntryPath> paths() {
        return names().list().ofMaxSize(4).map(segments -> {
            EntryPath path = EntryPath.ROOT;
            for (byte[] segment : segments) {
                path = path.resolve(segment);
            }
            return path;
        });
    }

    @Provide
    Arbitrary<List<EntryPath>> trees() {
        return paths().list().ofMinSize(1).ofMaxSize(30);
    }

    @Property(tries = 500)
    void sorted_paths_are_a_depth_first_walk_with_names_sorted_by_unsigned_bytes(
            @ForAll("trees") List<EntryPath> paths) {
        Node root = new Node();
        for (EntryPath path : paths) {
            add(root, path);
        }
        List<EntryPath> walked = new ArrayList<>();
        walk(root, EntryPath.ROOT, walked);

        List<EntryPath> sorted = new ArrayList<>(walked);
        sorted.sort(Comparator.naturalOrder());

        assertThat(sorted).isEqualTo(walked);
    }

    private static void add(Node root, EntryPath path) {
        Node node = root;
        if (!path.isRoot()) {
            add(root, path.parent().orElseThrow());
            for (byte[] name : segments(path)) {
                node = node.children.computeIfAbsent(name, n -> new Node());
            }
        }
    }

    private static List<byte[]> segments(EntryPath path) {
        List<byte[]> segments = new ArrayList<>();
        for (EntryPath p = path; !p.isRoot(); p = p.parent().orElseThrow()) {
            segments.add(0, p.name());
        }
        return segments;
    }

    private static void walk(Node node, EntryPath path, List<EntryPath> walked) {
        walked.add(path);
        node.children.forEach((name, child) -> walk(child, path.resolve(name), walked));
    }

    @Property(tries = 500)
    void the_order_is_total_and_agrees_with_equality(
            @ForAll("paths") EntryPath a, @ForAll("paths") EntryPath b, @ForAll("paths") EntryPath c) {
        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
        assertThat(a.compareTo(b) == 0).isEqualTo(a.equals(b));
        if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
            assertThat(a.compareTo(c)).isLessThanOrEqualTo(0);
        }
        if (a.equals(b)) {
            assertThat(a).hasSameHashCodeAs(b);
        }
    }

    @Property(tries = 500)
    void everything_in_a_directory_comes_before_anything_behind_it(
            @ForAll("paths") EntryPath a, @ForAll("paths") EntryPath b, @ForAll("names") byte[] name) {
        if (a.compareTo(b) < 0 && !b.startsWith(a)) {
            assertThat(a.resolve(name)).isLessThan(b);
        }
        assertThat(a).isLessThan(a.resolve(name));
    }

    @Property(tries = 300)
    void a_path_comes_back_from_its_bytes_its_parent_and_its_name(
            @ForAll("paths") EntryPath path, @ForAll("names") byte[] name) {
        EntryPath child = path.resolve(name);

        assertThat(EntryPath.of(child.toBytes())).isEqualTo(child);
        assertThat(child.parent()).contains(path);
        assertThat(child.name()).isEqualTo(name);
        assertThat(child.startsWith(path)).isTrue();
        assertThat(path.startsWith(child)).isFalse();
    }

    @Example
    void what_could_leave_the_tree_or_is_ambiguous_is_refused() {
        for (String path : List.of("/", "/a", "a/", "a//b", ".", "..", "a/.", "a/..", "../a", "a/../b", "a\0", "\0")) {
            assertThatIllegalArgumentException().as(path).isThrownBy(() -> EntryPath.of(path));
        }
        for (String name : List.of("", ".", "..", "a/b", "/", "a\0b")) {
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> EntryPath.of("dir")
                    .resolve(name.getBytes(UTF_8)));
        }
    }

    @Example
    void names_that_only_look_dangerous_are_allowed() {
        for (String path : List.of("...", "..a", ".a", "a..", "-rf", "a\nb", "~", "C:\\x")) {
            assertThat(EntryPath.of(path)).hasToString(path);
        }
    }

    @Example
    void a_path_is_a_prefix_only_at_a_slash() {
        assertThat(EntryPath.of("ab").startsWith(EntryPath.of("a"))).isFalse();
        assertThat(EntryPath.of("a/b").startsWith(EntryPath.of("a"))).isTrue();
        assertThat(EntryPath.of("a").startsWith(EntryPath.ROOT)).isTrue();
        assertThat(EntryPath.ROOT.startsWith(EntryPath.of("a"))).isFalse();
    }

    @Example
    void the_root_is_empty_and_has_no_parent() {
        assertThat(EntryPath.of(new byte[0])).isSameAs(EntryPath.ROOT);
        assertThat(EntryPath.ROOT.parent()).isEmpty();
        assertThat(EntryPath.ROOT.name()).isEmpty();
        assertThat(EntryPath.of("a").parent()).contains(EntryPath.ROOT);
    }

    @Example
    void a_path_has_at_most_65535_bytes_however_it_is_made() {
        byte[] longest = new byte[65_535];
        Arrays.fill(longest, (byte) 'x');
        byte[] tooLong = Arrays.copyOf(longest, 65_536);
        tooLong[65_535] = 'x';

        assertThat(EntryPath.ROOT.resolve(longest).toBytes()).hasSize(65_535);
        assertThatIllegalArgumentException().isThrownBy(() -> EntryPath.of(tooLong));
        assertThatIllegalArgumentException().isThrownBy(() -> EntryPath.ROOT.resolve(tooLong));
        assertThatIllegalArgumentException().isThrownBy(() -> EntryPath.of("a").resolve(longest));
    }

    @Example
    void bytes_are_copied_in_and_out() {
        byte[] bytes = "ab".getBytes(UTF_8);
        EntryPath path = EntryPath.of(bytes);
        bytes[0] = 'x';
        path.toBytes()[1] = 'x';

        assertThat(path).hasToString("ab");
    }

    @Example
    void names_that_are_not_utf8_are_kept_as_they_are() {
        byte[] latin1 = {'f', (byte) 0xfc, 'r'};

        assertThat(EntryPath.of(latin1).toBytes()).isEqualTo(latin1);
        assertThat(EntryPath.of(latin1)).hasToString("f\ufffdr");
    }
}
