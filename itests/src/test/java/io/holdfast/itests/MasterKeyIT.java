package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.Rest;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.TreeImage;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The master key leaves its file for a variable of the environment. */
class MasterKeyIT {

    private static final String VARIABLE = "APPLIANCE_KEY";

    @RegisterExtension
    static final ApplianceExtension APPLIANCE =
            ApplianceExtension.installed(directory -> Appliance.unpackedIn(directory)
                    .configure("io.holdfast.core.security", Map.of("keys.environment.variable", VARIABLE))
                    .withVariable(VARIABLE, "5a".repeat(32)));

    @Test
    void what_was_sealed_before_is_there_after_the_move_and_only_with_the_variable() {
        Operator operator = APPLIANCE.operator();
        Path tree = APPLIANCE.scratch().path("tree");
        SampleTree.odd(tree);
        TreeImage image = TreeImage.of(tree);
        String destination = operator.destination(APPLIANCE.scratch().directory("vault"));
        String instance = operator.directory(tree);
        BackupView backup = operator.backUp(instance, destination);

        Rest rest = APPLIANCE.rest();
        rest.post("master-key/ways/environment/test", Rest.object()).expect(204);
        JsonNode moved = rest.post("master-key/ways/environment/move", Rest.object())
                .expect(200)
                .json();
        assertThat(moved.path("open").asBoolean()).isTrue();
        rest.delete("master-key/ways/environment").expect(409);
        rest.delete("master-key/ways/file").expect(204);
        assertThat(APPLIANCE.get().data().resolve("security/master.key")).doesNotExist();

        APPLIANCE.get().stop();
        APPLIANCE.get().withVariable(VARIABLE, "").launch();
        JsonNode health = APPLIANCE.get().awaitHealth(Set.of("FAILED"));
        assertThat(health.path("checks").toString()).contains(VARIABLE + " is not set");
        assertThat(APPLIANCE.get().shell().run("holdfast:master-key").status()).isEqualTo(1);

        APPLIANCE.get().stop();
        APPLIANCE.get().withVariable(VARIABLE, "5a".repeat(32)).start();
        Path target = APPLIANCE.scratch().directory("restored");
        APPLIANCE.operator().restore(backup.id(), target);
        assertThat(image.differencesTo(TreeImage.of(target))).isEmpty();
    }
}
