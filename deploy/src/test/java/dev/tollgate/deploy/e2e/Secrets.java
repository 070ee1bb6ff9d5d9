package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/** Strings that must never be seen, and an eye on every logger at its most talkative. */
final class Secrets implements AutoCloseable {

  /** Name of the secret by each form in which it would give itself away. */
  private final Map<String, String> names = new ConcurrentHashMap<>();

  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final AtomicLong lines = new AtomicLong();
  private final Map<Logger, Level> levels = new HashMap<>();
  private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Eye eye = new Eye();

  /** Makes every logger say all that it can, to nobody but this. */
  Secrets() {
    for (Logger logger : loggers.getLoggerList()) {
      if (logger.getLevel() != null) {
        levels.put(logger, logger.getLevel());
        logger.setLevel(Level.TRACE);
      }
    }
    root.iteratorForAppenders().forEachRemaining(appender -> eye.others.add(appender));
    eye.others.forEach(root::detachAppender);
    eye.setContext(loggers);
    eye.start();
    root.addAppender(eye);
  }

  /** From now on this must not be seen. */
  String keep(String name, String secret) {
    if (secret.length() < 8) {
      throw new IllegalArgumentException(name + " is too short to be told from other text");
    }
    byte[] bytes = secret.getBytes(UTF_8);
    names.put(secret, name);
    names.put(HexFormat.of().formatHex(bytes), name + " in hex");
    names.put(Base64.getEncoder().withoutPadding().encodeToString(bytes), name + " in base64");
    return secret;
  }

  /** The forms to look for elsewhere, with their names. */
  Map<String, String> forms() {
    return Map.copyOf(names);
  }

  /** Names of the secrets that stand in this text. */
  List<String> in(String text) {
    return names.entrySet().stream()
        .filter(form -> text.contains(form.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** What the log gave away, and by which logger. */
  Set<String> seenInLog() {
    return Set.copyOf(seen);
  }

  long lines() {
    return lines.get();
  }

  @Override
  public void close() {
    root.detachAppender(eye);
    eye.others.forEach(root::addAppender);
    levels.forEach(Logger::setLevel);
  }

  private final class Eye extends AppenderBase<ILoggingEvent> {

    private final List<ch.qos.logback.core.Appender<ILoggingEvent>> others = new ArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      lines.incrementAndGet();
      look(event.getLoggerName(), event.getFormattedMessage());
      IThrowableProxy failure = event.getThrowableProxy();
      if (failure != null) {
        look(event.getLoggerName(), ThrowableProxyUtil.asString(failure));
      }
    }

    private void look(String logger, String text) {
      for (String name : in(text)) {
        seen.add(name + " by " + logger);
      }
    }
  }
}
