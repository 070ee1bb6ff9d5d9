package dev.tollgate.deploy.launcher;

import dev.tollgate.admin.AdminApplication;
import dev.tollgate.gateway.GatewayApplication;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.http.HttpResources;

/**
 * The two applications as Spring contexts of their own in one process. They share one registry of
 * metrics, and the gateway's management server shows the admin API's health as well.
 */
final class Applications {

  private Applications() {}

  /**
   * What an application is told.
   *
   * @param wired nothing may redirect it
   * @param defaults hold where nobody says otherwise
   */
  record Settings(Map<String, Object> wired, Map<String, Object> defaults) {

    void putInto(MutablePropertySources sources) {
      sources.addFirst(new MapPropertySource("launcher", wired));
      sources.addLast(new MapPropertySource("launcher's defaults", defaults));
    }
  }

  static ConfigurableApplicationContext startAdmin(
      Settings settings, PrometheusMeterRegistry metrics) {
    return run(AdminApplication.builder(), settings, context -> share(context, metrics));
  }

  /** Serves, and is ready, when its steps say so. */
  static ConfigurableApplicationContext startGateway(
      Settings settings,
      PrometheusMeterRegistry metrics,
      AdminHealth adminHealth,
      StartSteps steps) {
    return run(
        GatewayApplication.builder(),
        settings,
        context -> {
          share(context, metrics);
          ConfigurableListableBeanFactory beans = context.getBeanFactory();
          beans.registerSingleton("adminHealthIndicator", adminHealth);
          beans.registerSingleton("startGate", new StartGate(steps.beforeServing()));
          // Spring Boot says that an application is ready when its runners are through
          ApplicationRunner beforeReady = _ -> steps.beforeReady().accept(context);
          beans.registerSingleton("beforeReady", beforeReady);
        });
  }

  /** The port that a started application listens on. */
  static int port(ConfigurableApplicationContext context, String name) {
    return context.getEnvironment().getRequiredProperty("local." + name + ".port", Integer.class);
  }

  /**
   * Bean definitions and not ready singletons, because only these get each application's meters.
   */
  private static void share(
      ConfigurableApplicationContext context, PrometheusMeterRegistry metrics) {
    GenericApplicationContext beans = (GenericApplicationContext) context;
    beans.registerBean(PrometheusMeterRegistry.class, () -> metrics);
    beans.registerBean(PrometheusRegistry.class, metrics::getPrometheusRegistry);
    beans.registerBean(ReactorResourceFactory.class, Applications::eventLoops);
  }

  /**
   * The event loops of the process. By default each application would dispose of them when it
   * closes, and the gateway's end would be that of every admin request under way.
   */
  private static ReactorResourceFactory eventLoops() {
    ReactorResourceFactory eventLoops = new ReactorResourceFactory();
    eventLoops.setUseGlobalResources(false);
    eventLoops.setLoopResources(HttpResources.get());
    eventLoops.setConnectionProvider(HttpResources.get());
    return eventLoops;
  }

  private static ConfigurableApplicationContext run(
      SpringApplicationBuilder application, Settings settings, Preparation further) {
    try {
      return application
          .bannerMode(Banner.Mode.OFF)
          .logStartupInfo(false)
          .registerShutdownHook(false)
          .initializers(context -> {
            settings.putInto(context.getEnvironment().getPropertySources());
            further.prepare(context);
          })
          .run();
    } catch (RuntimeException e) {
      throw startFailure(e);
    }
  }

  private static RuntimeException startFailure(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PortInUseException taken) {
        return new LauncherException("port " + taken.getPort() + " is in use", failure);
      }
      if (cause instanceof LauncherException told) {
        return told;
      }
    }
    return failure;
  }

  private interface Preparation {
    void prepare(ConfigurableApplicationContext context);
  }
}
