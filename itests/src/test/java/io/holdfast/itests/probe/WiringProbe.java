package io.holdfast.itests.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;

/**
 * Writes one line for every bundle, {@code bundle NAME STATE}, and one for every imported package,
 * {@code wire IMPORTER PACKAGE EXPORTER}.
 */
public final class WiringProbe implements BundleActivator {

    /** The file in the appliance's data directory. */
    public static final String FILE = "wirings.txt";

    @Override
    public void start(BundleContext context) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            lines.add("bundle " + bundle.getSymbolicName() + " " + bundle.getState());
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (wiring != null) {
                for (BundleWire wire : wiring.getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)) {
                    lines.add(line(bundle, wire));
                }
            }
        }
        Path file = Path.of(context.getProperty("karaf.data")).resolve(FILE);
        Path unfinished = file.resolveSibling(FILE + ".part");
        Files.write(unfinished, lines);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String line(Bundle importer, BundleWire wire) {
        return "wire " + importer.getSymbolicName() + " "
                + wire.getCapability().getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE) + " "
                + wire.getProvider().getSymbolicName();
    }

    @Override
    public void stop(BundleContext context) {}
}
