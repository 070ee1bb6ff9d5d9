package dev.tollgate.deploy.launcher;

import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Logging is set up once, by logback.xml. Spring Boot's own set-up would run with each of the two
 * applications, and end the log when the first of them is closed.
 */
final class Logging {

  private Logging() {}

  static void setUp() {
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
  }
}
