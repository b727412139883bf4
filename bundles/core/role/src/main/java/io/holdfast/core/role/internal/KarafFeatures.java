package io.holdfast.core.role.internal;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;

/** The features of the running container. */
final class KarafFeatures implements InstalledFeatures {

    private final FeaturesService features;

    KarafFeatures(FeaturesService features) {
        this.features = features;
    }

    @Override
    public Set<String> required(Set<String> names) throws Exception {
        return Arrays.stream(features.listRequiredFeatures())
                .map(Feature::getName)
                .filter(names::contains)
                .collect(Collectors.toSet());
    }

    @Override
    public void change(Set<String> install, Set<String> remove) throws Exception {
        if (!install.isEmpty()) {
            features.installFeatures(install, EnumSet.noneOf(FeaturesService.Option.class));
        }
        if (!remove.isEmpty()) {
            features.uninstallFeatures(remove, EnumSet.noneOf(FeaturesService.Option.class));
        }
    }
}
