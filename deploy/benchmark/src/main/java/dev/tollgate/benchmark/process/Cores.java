package dev.tollgate.benchmark.process;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which cores the gateway under test has to itself, and which are everybody else's: the load's, the
 * upstream's, PostgreSQL's. Without {@code taskset} nothing is pinned.
 *
 * @param gateway empty where nothing is pinned
 * @param all empty where nothing can be pinned
 */
public record Cores(List<Integer> gateway, List<Integer> others, List<Integer> all) {

  private static final Cores UNKNOWN = new Cores(List.of(), List.of(), List.of());

  private static final String TASKSET = "taskset";
  private static final long TASKSET_SECONDS = 10;

  /** A quarter of the cores for the gateway, one at least. */
  public static Cores ofThisMachine() {
    int count = Runtime.getRuntime().availableProcessors();
    if (count < 2 || !tasksetWorks()) {
      return UNKNOWN;
    }
    int forGateway = Math.max(1, count / 4);
    return new Cores(range(0, forGateway), range(forGateway, count), range(0, count));
  }

  /** All cores are everybody's. */
  public Cores unpinned() {
    return new Cores(List.of(), List.of(), all);
  }

  /** What starts a program on all cores: by itself it would have those of this process only. */
  public List<String> onAll() {
    return all.isEmpty() ? List.of() : List.of(TASKSET, "-c", list(all));
  }

  public boolean pinned() {
    return !gateway.isEmpty();
  }

  /**
   * What makes a JVM size itself for the gateway's cores while it starts and warms up on all of
   * them: on a single core the compiler would take minutes from what it compiles.
   */
  public List<String> javaOptions() {
    return pinned() ? List.of("-XX:ActiveProcessorCount=" + gateway.size()) : List.of();
  }

  /** Moves a running process with all its threads to the gateway's cores. */
  public void moveToGateway(ProcessHandle process) {
    if (pinned()) {
      var _ = taskset("-a", "-p", "-c", list(gateway), Long.toString(process.pid()));
    }
  }

  /** Moves a running process with all its threads to everybody else's cores. */
  public void moveAside(ProcessHandle process) {
    if (pinned()) {
      var _ = taskset("-a", "-p", "-c", list(others), Long.toString(process.pid()));
    }
  }

  /** For the report. */
  public String describe() {
    return pinned()
        ? "gateway on %s, everything else on %s".formatted(list(gateway), list(others))
        : "not pinned";
  }

  private static boolean tasksetWorks() {
    return taskset("-c", "0", "true");
  }

  private static boolean taskset(String... arguments) {
    try {
      Process process =
          new ProcessBuilder(Stream.concat(Stream.of(TASKSET), Arrays.stream(arguments)).toList())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(TASKSET_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static String list(List<Integer> cores) {
    return cores.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
