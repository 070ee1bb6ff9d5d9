package dev.tollgate.deploy.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchingAppenderTest {

  private static final int PATIENCE_SECONDS = 10;

  /** What one write brought. */
  private final BlockingQueue<String> writes = new LinkedBlockingQueue<>();

  private final LoggerContext context = new LoggerContext();
  private final BatchingAppender appender =
      new BatchingAppender(
          new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int from, int length) {
              writes.add(new String(bytes, from, length, UTF_8));
            }
          });
  private final Logger logger = context.getLogger("lines");

  @BeforeEach
  void start() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%msg%n");
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void writesALineThatStandsAloneWithoutBeingAsked() throws InterruptedException {
    logger.info("alone");

    assertThat(writes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("alone\n");
  }

  @Test
  void writesWhatWaitsAtOnce() {
    logger.info("one");
    logger.info("two");
    appender.flush();

    assertThat(String.join("", drained())).isEqualTo("one\ntwo\n");
  }

  @Test
  void neverSplitsALine() {
    String line = "x".repeat(1000);
    for (int i = 0; i < 200; i++) {
      logger.info(line);
    }
    appender.flush();

    assertThat(drained())
        .isNotEmpty()
        .hasSizeLessThan(200)
        .allMatch(write -> write.endsWith("x\n"));
  }

  @Test
  void losesNothingWhenItStops() {
    logger.info("last");
    appender.stop();

    assertThat(String.join("", drained())).isEqualTo("last\n");
  }

  private List<String> drained() {
    List<String> drained = new ArrayList<>();
    writes.drainTo(drained);
    return drained;
  }
}
