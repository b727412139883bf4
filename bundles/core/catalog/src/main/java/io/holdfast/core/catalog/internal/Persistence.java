package io.holdfast.core.catalog.internal;

import java.net.URL;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.persistence.EntityManagerFactory;
import javax.persistence.SharedCacheMode;
import javax.persistence.ValidationMode;
import javax.persistence.spi.ClassTransformer;
import javax.persistence.spi.PersistenceUnitInfo;
import javax.persistence.spi.PersistenceUnitTransactionType;
import javax.sql.DataSource;
import org.eclipse.persistence.jpa.PersistenceProvider;
import org.jspecify.annotations.Nullable;

/**
 * EclipseLink with our entities on one data source, made without a container: the platform and the data source are known
 * at run time only, and nothing else needs the unit. No weaving: entities are flat, there is nothing lazy to weave.
 */
final class Persistence {

    private static final List<Class<?>> ENTITIES = List.of(
            ProviderRow.class,
            DestinationRow.class,
            InstanceRow.class,
            ApprovalRow.class,
            BackupRow.class,
            ScreenshotRow.class,
            WorkflowRow.class,
            TaskRow.class,
            TaskLogRow.class,
            JournalRow.class,
            NodeRow.class,
            UserRow.class,
            TokenRow.class,
            PropertyRow.class,
            PolicyRow.class,
            PolicyRunRow.class,
            PolicyItemRow.class);

    private Persistence() {}

    static EntityManagerFactory factory(DataSource source, Database database, String name) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("eclipselink.target-database", database.platform());
        properties.put("eclipselink.session-name", name);
        properties.put("eclipselink.weaving", "false");
        // other servers write the same database
        properties.put("eclipselink.cache.shared.default", "false");
        // what a transaction reads, it reads through its own connection
        properties.put("eclipselink.transaction.join-existing", "true");
        properties.put("eclipselink.jdbc.batch-writing", "JDBC");
        // failures are reported by whoever catches them
        properties.put("eclipselink.logging.level", "OFF");
        // parameters may be secret, and they are part of exceptions' messages otherwise
        properties.put("eclipselink.logging.parameters", "false");
        EntityManagerFactory factory =
                new PersistenceProvider().createContainerEntityManagerFactory(new Unit(source), properties);
        // deploys now rather than in the first call
        factory.createEntityManager().close();
        return factory;
    }

    private record Unit(DataSource source) implements PersistenceUnitInfo {
        @Override
        public String getPersistenceUnitName() {
            return "catalog";
        }

        @Override
        public String getPersistenceProviderClassName() {
            return PersistenceProvider.class.getName();
        }

        @Override
        public PersistenceUnitTransactionType getTransactionType() {
            return PersistenceUnitTransactionType.RESOURCE_LOCAL;
        }

        @Override
        public @Nullable DataSource getJtaDataSource() {
            return null;
        }

        @Override
        public DataSource getNonJtaDataSource() {
            return source;
        }

        @Override
        public List<String> getMappingFileNames() {
            return List.of();
        }

        @Override
        public List<URL> getJarFileUrls() {
            return List.of();
        }

        @Override
        public @Nullable URL getPersistenceUnitRootUrl() {
            return Persistence.class.getResource("/io/holdfast/core/catalog/internal/");
        }

        @Override
        public List<String> getManagedClassNames() {
            return ENTITIES.stream().map(Class::getName).toList();
        }

        @Override
        public boolean excludeUnlistedClasses() {
            return true;
        }

        @Override
        public SharedCacheMode getSharedCacheMode() {
            return SharedCacheMode.NONE;
        }

        @Override
        public ValidationMode getValidationMode() {
            return ValidationMode.NONE;
        }

        @Override
        public Properties getProperties() {
            return new Properties();
        }

        @Override
        public String getPersistenceXMLSchemaVersion() {
            return "2.2";
        }

        @Override
        public ClassLoader getClassLoader() {
            return Persistence.class.getClassLoader();
        }

        @Override
        public void addTransformer(ClassTransformer transformer) {}

        @Override
        public ClassLoader getNewTempClassLoader() {
            return Persistence.class.getClassLoader();
        }
    }
}
