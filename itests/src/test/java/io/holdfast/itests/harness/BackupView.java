package io.holdfast.itests.harness;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A backup as the REST interface shows it, at one moment.
 *
 * @param json the whole record
 */
public record BackupView(JsonNode json) {

    public String id() {
        return json.path("id").asText();
    }

    public String instanceId() {
        return json.path("instanceId").asText();
    }

    /** SUCCESS or PARTIAL. */
    public String status() {
        return json.path("status").asText();
    }

    public boolean incremental() {
        return json.path("incremental").asBoolean();
    }

    /** NEVER, GOOD or DAMAGED. */
    public String verification() {
        return json.path("verification").asText();
    }

    public long logicalBytes() {
        return stat("logicalBytes");
    }

    public long readBytes() {
        return stat("readBytes");
    }

    public long newBytes() {
        return stat("newBytes");
    }

    public long storedBytes() {
        return stat("storedBytes");
    }

    public long items() {
        return stat("items");
    }

    public long problems() {
        return stat("problems");
    }

    private long stat(String name) {
        return json.path("stats").path(name).asLong(-1);
    }
}
