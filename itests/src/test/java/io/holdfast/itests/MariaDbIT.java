package io.holdfast.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.itests.harness.Appliance;
import io.holdfast.itests.harness.ApplianceExtension;
import io.holdfast.itests.harness.BackupView;
import io.holdfast.itests.harness.MariaDb;
import io.holdfast.itests.harness.Operator;
import io.holdfast.itests.harness.SampleTree;
import io.holdfast.itests.harness.TreeImage;
import io.holdfast.testkit.lab.Lab;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The main job with the catalogue in a real MariaDB, by editing one file. */
@Lab("a MariaDB server: HOLDFAST_LAB_MARIADB=$(itests/lab/mariadb.sh start)")
class MariaDbIT {

    @RegisterExtension
    static final ApplianceExtension APPLIANCE = ApplianceExtension.installed(MariaDbIT::withMariaDb);

    private static Appliance withMariaDb(Path directory) {
        return Appliance.unpackedIn(directory)
                .configure("io.holdfast.core.catalog", MariaDb.newDatabase().settings());
    }

    @Test
    void backups_are_made_proven_restored_and_still_known_after_a_restart() {
        Operator operator = APPLIANCE.operator();
        Path tree = APPLIANCE.scratch().path("tree");
        SampleTree.odd(tree);
        TreeImage image = TreeImage.of(tree);
        String destination = operator.destination(APPLIANCE.scratch().directory("vault"));
        String instance = operator.directory(tree);
        BackupView first = operator.backUp(instance, destination);
        BackupView second = operator.backUp(instance, destination);
        operator.verify(first.id()).finished();

        APPLIANCE.get().stop();
        APPLIANCE.get().start();

        Operator again = APPLIANCE.operator();
        assertThat(again.backupsOf(instance)).extracting(BackupView::id).containsExactly(second.id(), first.id());
        Path target = APPLIANCE.scratch().directory("restored");
        again.restore(second.id(), target);
        assertThat(image.differencesTo(TreeImage.of(target))).isEmpty();
        assertThat(APPLIANCE.get().data().resolve("catalog/catalog.db")).doesNotExist();
    }

    @Test
    void health_says_that_the_catalogue_is_ready() {
        JsonNode health =
                APPLIANCE.get().anonymously().get("health").expect(200).json();

        assertThat(health.path("status").asText()).isEqualTo("READY");
    }
}
