package dev.tollgate.deploy.launcher;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Logging is set up once, by logback.xml. Spring Boot's own set-up would run with each of the two
 * applications, and end the log when the first of them is closed.
 */
final class Logging {

  private static final String ACCESS = "tollgate.access";

  private Logging() {}

  /** Writes the lines that still wait; for the end of the process. */
  static void flush() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context
          .getLogger(ACCESS)
          .iteratorForAppenders()
          .forEachRemaining(appender -> {
            if (appender instanceof BatchingAppender batching) {
              batching.flush();
            }
          });
    }
  }

  static void setUp() {
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
  }
}
