package io.holdfast.access.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.security.Approvals;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SecondPersonTest {

    private RunningApplication running;

    @BeforeEach
    void start() throws Exception {
        running = new RunningApplication();
    }

    @AfterEach
    void stop() throws Exception {
        running.close();
    }

    private void refused(String verb, String address, String body) throws Exception {
        int before = running.core.approvals.approvals.size();
        HttpResponse<String> answer = running.send(verb, address, body);
        assertThat(answer.statusCode())
                .as(verb + " " + address + ": " + answer.body())
                .isEqualTo(403);
        assertThat(answer.body()).contains("second administrator", "approval a" + (before + 1));
        assertThat(running.core.approvals.approvals).hasSize(before + 1);
    }

    private void passes(String verb, String address, String body) throws Exception {
        HttpResponse<String> answer = running.send(verb, address, body);
        assertThat(answer.statusCode())
                .as(verb + " " + address + ": " + answer.body())
                .isBetween(200, 204);
    }

    @Test
    void nothingNeedsOneAsLongAsNothingIsConfigured() throws Exception {
        passes("DELETE", "backups/b1", null);
        assertThat(running.core.approvals.approvals).hasSize(1);
    }

    @Test
    void everythingThatRemovesBackupsAsksFirst() throws Exception {
        running.core.approvals.needed.addAll(Set.of(Approvals.BACKUP_DELETE, Approvals.DESTINATION_DELETE));
        refused("DELETE", "backups/b1", null);
        refused("POST", "destinations/d1/prune", "{\"rule\":{\"full\":{\"versions\":1}}}");
        passes("POST", "destinations/d1/prune", "{\"rule\":{\"full\":{\"versions\":1}},\"dryRun\":true}");
        refused("DELETE", "destinations/d1", null);
        assertThat(running.core.estate.destination("d1")).isPresent();
    }

    @Test
    void immutableDaysGetLongerWithoutAndShorterWithASecondPerson() throws Exception {
        running.core.approvals.needed.add(Approvals.IMMUTABILITY_SHORTEN);
        passes("PUT", "destinations/d1", "{\"type\":\"filesystem\",\"name\":\"store\",\"immutableDays\":14}");
        refused("PUT", "destinations/d1", "{\"type\":\"filesystem\",\"name\":\"store\",\"immutableDays\":7}");
        passes("PUT", "destinations/d1", "{\"type\":\"filesystem\",\"name\":\"store\"}");
        assertThat(running.core.estate.destination("d1").orElseThrow().immutableDays())
                .isEqualTo(14);
        assertThat(running.get("destinations/d1").body()).contains("\"immutableDays\":14");
    }

    @Test
    void policiesThatKeepLessAskFirst() throws Exception {
        running.core.approvals.needed.add(Approvals.POLICY_SHORTEN);
        String policy = "{\"name\":\"s\",\"kind\":\"BACKUP\",\"destinationId\":\"d1\"%s}";
        passes("POST", "policies", String.format(policy, ""));
        String thirty = ",\"retention\":{\"full\":{\"versions\":30}}";
        refused("PUT", "policies/o2", String.format(policy, thirty));
        refused("POST", "policies", String.format(policy, thirty).replace("\"s\"", "\"t\""));
        running.core.approvals.needed.clear();
        passes("PUT", "policies/o2", String.format(policy, thirty));
        running.core.approvals.needed.add(Approvals.POLICY_SHORTEN);
        passes("PUT", "policies/o2", String.format(policy, ",\"retention\":{\"full\":{\"versions\":40}}"));
        refused("PUT", "policies/o2", String.format(policy, ",\"retention\":{\"full\":{\"versions\":39}}"));
        refused("PUT", "policies/o2", String.format(policy, ",\"instances\":[\"i1\"]" + thirty.replace("30", "40")));
    }

    @Test
    void whatKeepsLessWhereItIsCopiedToAsksFirst() throws Exception {
        String policy = "{\"name\":\"s\",\"kind\":\"BACKUP\",\"destinationId\":\"d1\"%s}";
        String copy = ",\"copyTo\":{\"destinationId\":\"%s\"%s}";
        String ten = ",\"retention\":{\"full\":{\"versions\":10}}";
        running.core.approvals.needed.add(Approvals.POLICY_SHORTEN);
        passes("POST", "policies", String.format(policy, ""));
        refused("PUT", "policies/o2", String.format(policy, String.format(copy, "d2", ten)));
        passes("PUT", "policies/o2", String.format(policy, String.format(copy, "d2", "")));
        refused("PUT", "policies/o2", String.format(policy, String.format(copy, "d2", ten)));
        running.core.approvals.needed.clear();
        passes("PUT", "policies/o2", String.format(policy, String.format(copy, "d2", ten)));
        running.core.approvals.needed.add(Approvals.POLICY_SHORTEN);
        String twenty = ten.replace("10", "20");
        refused("PUT", "policies/o2", String.format(policy, String.format(copy, "d2", ten.replace("10", "9"))));
        refused("PUT", "policies/o2", String.format(policy, String.format(copy, "d3", twenty)));
        refused(
                "PUT",
                "policies/o2",
                String.format(policy, String.format(copy, "d2", ten) + ",\"instances\":[\"i1\"]"));
        passes("PUT", "policies/o2", String.format(policy, String.format(copy, "d2", twenty)));
    }

    private void refusedOutright(int status, String verb, String address, String body) throws Exception {
        HttpResponse<String> answer = running.send(verb, address, body);
        assertThat(answer.statusCode())
                .as(verb + " " + address + ": " + answer.body())
                .isEqualTo(status);
        assertThat(running.core.approvals.approvals).hasSize(1);
    }

    @Test
    void whatWouldBeRefusedAnywayAsksNobodyAndChangesNothing() throws Exception {
        running.core.estate.immutableDays("d1", 14);
        running.core.estate.used.add("d1");
        running.core.approvals.needed.addAll(
                Set.of(Approvals.POLICY_SHORTEN, Approvals.DESTINATION_DELETE, Approvals.IMMUTABILITY_SHORTEN));
        refusedOutright(409, "DELETE", "destinations/d1", null);
        String destination = "{\"type\":\"filesystem\",\"name\":\"new\",\"immutableDays\":%s}";
        refusedOutright(
                422,
                "PUT",
                "destinations/d1",
                String.format(destination, "7").replace("}", ",\"settings\":{\"bad\":\"x\"}}"));
        refusedOutright(422, "PUT", "destinations/d1", String.format(destination, "-1"));
        refusedOutright(
                409,
                "POST",
                "policies",
                "{\"name\":\"gold\",\"kind\":\"BACKUP\",\"destinationId\":\"d1\",\"retention\":{\"full\":{\"versions\":1}}}");
        assertThat(running.core.estate.destination("d1").orElseThrow()).satisfies(d -> {
            assertThat(d.name()).isEqualTo("store");
            assertThat(d.immutableDays()).isEqualTo(14);
        });
    }

    @Test
    void aDestinationWithDaysThatMakeNoSenseIsNotCreated() throws Exception {
        refusedOutright(
                422, "POST", "destinations", "{\"type\":\"filesystem\",\"name\":\"other\",\"immutableDays\":40000}");
        assertThat(running.core.estate.destinations).hasSize(1);
        passes("POST", "destinations", "{\"type\":\"filesystem\",\"name\":\"other\",\"immutableDays\":9}");
        assertThat(running.core.estate.destination("d2").orElseThrow().immutableDays())
                .isEqualTo(9);
    }

    @Test
    void nobodyMakesTheSecondPersonAlone() throws Exception {
        running.core.approvals.needed.add(Approvals.ACCOUNT_CHANGE);
        refused("POST", "users", "{\"name\":\"eve\",\"password\":\"a long password\",\"roles\":[\"admin\"]}");
    }
}
