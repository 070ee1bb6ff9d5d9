package dev.tollgate.gateway.snapshot.internal;

import dev.tollgate.gateway.snapshot.SnapshotProperties;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

@Configuration(proxyBeanMethods = false)
class SnapshotConfiguration {

  /** The feed listens on a connection of its own: one from the pool would block a place in it. */
  @Bean
  DatabaseSnapshots snapshots(
      DatabaseClient database, R2dbcConnectionDetails details, SnapshotProperties properties) {
    ConnectionFactory unpooled = ConnectionFactories.get(details.getConnectionFactoryOptions());
    return new DatabaseSnapshots(database, unpooled, properties);
  }
}
