package dev.tollgate.admin.schema;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.ValidationDepth;
import java.time.Clock;
import java.time.Duration;
import org.reactivestreams.Publisher;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Connections under the role tollgate_admin. Not Boot's own pool, because that one's queue of
 * waiting requests has no bound.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(R2dbcProperties.class)
class DatabaseConfiguration {

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean(destroyMethod = "dispose")
  ConnectionPool connectionPool(R2dbcProperties connection, DatabaseProperties pool) {
    return new ConnectionPool(
        ConnectionPoolConfiguration.builder(ConnectionFactories.get(options(connection, pool)))
            .name("tollgate-admin")
            .initialSize(0)
            .maxSize(pool.maxConnections())
            .maxAcquireTime(pool.maxWait())
            .maxCreateConnectionTime(pool.maxConnect())
            .maxValidationTime(pool.maxValidation())
            .maxIdleTime(pool.maxIdle())
            .validationDepth(ValidationDepth.REMOTE)
            .customizer(builder -> builder.maxPendingAcquire(pool.maxWaiting()))
            .build());
  }

  private static ConnectionFactoryOptions options(
      R2dbcProperties connection, DatabaseProperties pool) {
    String url = connection.getUrl();
    String username = connection.getUsername();
    String password = connection.getPassword();
    if (url == null || username == null || password == null) {
      throw new IllegalStateException(
          "spring.r2dbc.url, spring.r2dbc.username and spring.r2dbc.password must be set");
    }
    return ConnectionFactoryOptions.parse(url)
        .mutate()
        .option(ConnectionFactoryOptions.USER, username)
        .option(ConnectionFactoryOptions.PASSWORD, password)
        .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, pool.maxConnect())
        .build();
  }

  @Bean
  DatabaseClient databaseClient(ConnectionFactory connections, DatabaseProperties pool) {
    return DatabaseClient.builder()
        .connectionFactory(connections)
        .executeFunction(statement -> limited(statement.execute(), pool.maxStatement()))
        .build();
  }

  /** A connection that is cut at the wrong moment leaves its statement without any answer. */
  private static Flux<Result> limited(Publisher<? extends Result> results, Duration limit) {
    return Flux.<Result>from(results).timeout(Mono.delay(limit), _ -> Mono.never());
  }

  @Bean
  ReactiveTransactionManager transactionManager(ConnectionFactory connections) {
    return new R2dbcTransactionManager(connections);
  }

  @Bean
  TransactionalOperator transactionalOperator(ReactiveTransactionManager transactions) {
    return TransactionalOperator.create(transactions);
  }
}
