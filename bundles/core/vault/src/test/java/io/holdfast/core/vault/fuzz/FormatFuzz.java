package io.holdfast.core.vault.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Each parser as a target of Jazzer; run by the script {@code fuzz} of this bundle, not by a build, which has its agent in no test.
 * The corpus and what was found lie beside this class in the test resources, and {@link MutationTest} runs them in every build.
 */
class FormatFuzz {

    @FuzzTest(maxDuration = "60s")
    void descriptor(byte[] bytes) {
        Parsers.run(Parsers.all().get("descriptor"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void keySlot(byte[] bytes) {
        Parsers.run(Parsers.all().get("keySlot"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void shareSlot(byte[] bytes) {
        Parsers.run(Parsers.all().get("shareSlot"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void epochRecord(byte[] bytes) {
        Parsers.run(Parsers.all().get("epochRecord"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void earlierKeys(byte[] bytes) {
        Parsers.run(Parsers.all().get("earlierKeys"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void readerKeys(byte[] bytes) {
        Parsers.run(Parsers.all().get("readerKeys"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void share(byte[] bytes) {
        Parsers.run(Parsers.all().get("share"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void keys(byte[] bytes) {
        Parsers.run(Parsers.all().get("keys"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void packHeader(byte[] bytes) {
        Parsers.run(Parsers.all().get("packHeader"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void packTable(byte[] bytes) {
        Parsers.run(Parsers.all().get("packTable"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void parity(byte[] bytes) {
        Parsers.run(Parsers.all().get("parity"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void packScan(byte[] bytes) {
        Parsers.run(Parsers.all().get("packScan"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void entry(byte[] bytes) {
        Parsers.run(Parsers.all().get("entry"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void payload(byte[] bytes) {
        Parsers.run(Parsers.all().get("payload"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void refs(byte[] bytes) {
        Parsers.run(Parsers.all().get("refs"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void treeListing(byte[] bytes) {
        Parsers.run(Parsers.all().get("treeListing"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void itemListing(byte[] bytes) {
        Parsers.run(Parsers.all().get("itemListing"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void segment(byte[] bytes) {
        Parsers.run(Parsers.all().get("segment"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void manifest(byte[] bytes) {
        Parsers.run(Parsers.all().get("manifest"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void sealedPart(byte[] bytes) {
        Parsers.run(Parsers.all().get("sealedPart"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void stagingNote(byte[] bytes) {
        Parsers.run(Parsers.all().get("stagingNote"), bytes);
    }

    @FuzzTest(maxDuration = "60s")
    void names(byte[] bytes) {
        Parsers.run(Parsers.all().get("names"), bytes);
    }
}
