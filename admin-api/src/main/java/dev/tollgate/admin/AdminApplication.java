package dev.tollgate.admin;

import dev.tollgate.admin.schema.Migrations;
import org.flywaydb.core.Flyway;
import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.properties.SwaggerUiConfigProperties;
import org.springdoc.core.properties.SwaggerUiOAuthProperties;
import org.springdoc.webflux.core.configuration.SpringDocWebFluxConfiguration;
import org.springdoc.webflux.ui.SwaggerConfig;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.jvm.JvmMetricsAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.actuate.web.server.NettyReactiveManagementContextAutoConfiguration;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;

/**
 * The control plane. It names its auto-configurations, because in the launcher's one process the
 * gateway's dependencies are on the class path as well.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@ComponentScan
@ConfigurationPropertiesScan
@ImportAutoConfiguration({
  PropertyPlaceholderAutoConfiguration.class,
  ConfigurationPropertiesAutoConfiguration.class,
  LifecycleAutoConfiguration.class,
  SslAutoConfiguration.class,
  ValidationAutoConfiguration.class,
  FlywayAutoConfiguration.class,
  CodecsAutoConfiguration.class,
  WebFluxAutoConfiguration.class,
  HttpHandlerAutoConfiguration.class,
  NettyReactiveWebServerAutoConfiguration.class,
  EndpointAutoConfiguration.class,
  WebEndpointAutoConfiguration.class,
  ManagementContextAutoConfiguration.class,
  NettyReactiveManagementContextAutoConfiguration.class,
  HealthContributorRegistryAutoConfiguration.class,
  HealthEndpointAutoConfiguration.class,
  MetricsAutoConfiguration.class,
  CompositeMeterRegistryAutoConfiguration.class,
  PrometheusMetricsExportAutoConfiguration.class,
  JvmMetricsAutoConfiguration.class,
  SpringDocConfiguration.class,
  SpringDocConfigProperties.class,
  SpringDocWebFluxConfiguration.class,
  SwaggerConfig.class,
  SwaggerUiConfigProperties.class,
  SwaggerUiOAuthProperties.class,
})
public class AdminApplication {

  private static final String SCHEMA = "tollgate";

  /** Reads tollgate-admin.yaml; web application of its own. */
  public static SpringApplicationBuilder builder() {
    return new SpringApplicationBuilder(AdminApplication.class)
        .web(WebApplicationType.REACTIVE)
        .properties("spring.config.name=tollgate-admin");
  }

  /**
   * Brings the schema up to date without the application, as its own start does: for who wants to
   * begin with something else than the admin API. Blocks.
   *
   * @param user owns the schema: {@code tollgate_migrator}
   * @return false if there was nothing to do, also for who reads what the application writes at its
   *     start
   * @throws org.flywaydb.core.api.FlywayException when it is of a later version, or not ours
   */
  public static boolean migrate(String jdbcUrl, String user, String password) {
    if (Migrations.areThoseOf(jdbcUrl, user, password)) {
      return false;
    }
    var _ =
        Flyway.configure()
            .dataSource(jdbcUrl, user, password)
            .locations("classpath:" + Migrations.FOLDER)
            .defaultSchema(SCHEMA)
            .schemas(SCHEMA)
            .createSchemas(false)
            .connectRetries(0)
            .load()
            .migrate();
    return true;
  }

  public static void main(String[] arguments) {
    builder().run(arguments);
  }
}
