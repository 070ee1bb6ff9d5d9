package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.Load;
import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.load.Target;
import dev.tollgate.benchmark.subject.Bench;
import dev.tollgate.benchmark.subject.Subject;
import dev.tollgate.benchmark.subject.Tollgate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One route to a thousand, in one process that is warm: the file is written anew while it runs, and
 * all of them are measured in each round.
 */
record RouteGrowth(Plan plan, OpenThings open, Request request) {

  private static final int[] ROUTES = {1, 10, 100, 1_000};

  /** Measures what a load costs that has just begun. */
  @FunctionalInterface
  interface Request {
    void measure(String label, Subject subject, Load begun);
  }

  /**
   * Blocks until all is measured.
   *
   * @param closed where one listened that has been closed, with its key
   */
  void run(Bench bench, Target closed, Laboratory laboratory, LoadGenerator generator) {
    Path file = bench.directory().resolve("routes.yaml");
    write(file, 1);
    Tollgate tollgate =
        open.add(
            Tollgate.startAgain(
                bench, closed.key(), List.of(), List.of("--routes", file.toString())));
    laboratory.warmUp(List.of(tollgate));
    for (int round = 0; round < plan.rounds(); round++) {
      for (int count : ROUTES) {
        write(file, count);
        awaitRoutes(tollgate, count);
        request.measure(
            count + " routes",
            tollgate,
            generator.saturation(tollgate.target(), plan.connections(), Plan.BODY_BYTES));
      }
    }
    tollgate.close();
  }

  /** Until the last of them is there, and the last of a longer list is not. */
  private static void awaitRoutes(Tollgate tollgate, int count) {
    for (int each : ROUTES) {
      if (each > 1) {
        tollgate.awaitRoute(path(each - 1), each <= count);
      }
    }
  }

  private static String path(int other) {
    return "/v1/other-" + other + "/x";
  }

  /** The one that matches the load stands last. In one step: it is read at any moment. */
  private static void write(Path file, int count) {
    StringBuilder yaml = new StringBuilder("routes:\n");
    IntStream.range(1, count).forEach(i -> append(yaml, "other-" + i, "/v1/other-" + i + "/**"));
    append(yaml, "chat", "/v1/chat/completions");
    try {
      Path next = Files.writeString(file.resolveSibling("routes.next"), yaml);
      var _ = Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(StringBuilder yaml, String id, String path) {
    yaml.append("  - id: ").append(id).append("\n    protocol: openai\n");
    yaml.append("    operation: chat-completion\n    predicates: [\"Path=").append(path);
    yaml.append("\", \"Method=POST\"]\n");
  }
}
