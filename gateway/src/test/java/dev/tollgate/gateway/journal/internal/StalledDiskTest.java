package dev.tollgate.gateway.journal.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.journal.JournalFullException;
import dev.tollgate.gateway.journal.JournalProperties;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/**
 * A disk that is slow to take what was written must not keep the next files from being made. A pipe
 * in the place of a file serves for one: whoever opens it waits, until somebody reads.
 */
class StalledDiskTest {

  private static final int ROWS = 2000;

  @TempDir private Path directory;

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(JournalProperties.class)
  static class Properties {}

  @Test
  void keepsNobodyFromBeingAdmitted() {
    new ApplicationContextRunner()
        .withUserConfiguration(Properties.class, JournalConfiguration.class)
        .withPropertyValues(
            "tollgate.journal.directory=" + directory,
            "tollgate.journal.segment-size=64KB",
            "tollgate.journal.max-size=1MB",
            "tollgate.journal.sync-every=1ms")
        .run(started -> {
          Path pipe = pipeInPlaceOfTheFirstFile();
          Journal journal = started.getBean(Journal.class);
          try {
            journal.stored(List.of(journal.admit("use_0", new byte[1000])));
            until(StalledDiskTest::isOpening);
            for (int i = 1; i < ROWS; i++) {
              String id = "use_" + i;
              until(() -> isAdmitted(journal, id));
            }
            assertThat(isOpening()).as("still").isTrue();
          } finally {
            letItGoOn(pipe);
          }
        });
  }

  private Path pipeInPlaceOfTheFirstFile() throws IOException, InterruptedException {
    Path first;
    try (Stream<Path> files = Files.list(directory)) {
      first =
          files
              .filter(file -> file.toString().endsWith(".journal"))
              .min(Comparator.naturalOrder())
              .orElseThrow();
    }
    Files.delete(first);
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    // The journal deletes the file in time.
    Files.createLink(first, pipe);
    return pipe;
  }

  private static void until(BooleanSupplier condition) {
    if (!condition.getAsBoolean()) {
      await().pollInterval(Duration.ofMillis(2)).until(condition::getAsBoolean);
    }
  }

  private static boolean isAdmitted(Journal journal, String id) {
    try {
      journal.stored(List.of(journal.admit(id, new byte[1000])));
      return true;
    } catch (JournalFullException e) {
      return false;
    }
  }

  private static boolean isOpening() {
    return Thread.getAllStackTraces().values().stream()
        .anyMatch(
            stack -> stands(stack, "FileChannel", "open") && stands(stack, "Journal", "sync"));
  }

  private static boolean stands(StackTraceElement[] stack, String type, String method) {
    return Arrays.stream(stack)
        .anyMatch(frame ->
            frame.getClassName().endsWith('.' + type) && frame.getMethodName().equals(method));
  }

  private static void letItGoOn(Path pipe) throws IOException {
    if (isOpening()) {
      try (InputStream _ = Files.newInputStream(pipe)) {
        until(() -> !isOpening());
      }
    }
  }
}
