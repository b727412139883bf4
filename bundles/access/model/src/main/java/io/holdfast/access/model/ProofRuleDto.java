package io.holdfast.access.model;

import io.holdfast.core.scheduler.PolicySpec;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which backups of a policy are proven by booting an instance from them in isolation.
 *
 * @param every of how many runs one is proven, the first one is; 1, for all, if absent
 * @param providerId where; the provider that the instance came from if absent
 * @param settings what is to be checked, as the strategy's proof settings say; secrets are refused
 */
public record ProofRuleDto(
        @Nullable Integer every,
        @Nullable String providerId,
        @Nullable Map<String, SettingValue> settings) {

    /** A rule as administrators see it. */
    public static ProofRuleDto of(PolicySpec.Proof p) {
        Map<String, SettingValue> shown = new TreeMap<>();
        p.settings()
                .forEach((name, values) ->
                        shown.put(name, values.size() == 1 ? SettingValue.of(values.get(0)) : SettingValue.of(values)));
        return new ProofRuleDto(p.every(), p.providerId(), shown);
    }

    /** The rule in the core's words. */
    public PolicySpec.Proof toProof() {
        return new PolicySpec.Proof(every == null ? 1 : every, providerId, SettingValue.givenOrNone(settings));
    }
}
