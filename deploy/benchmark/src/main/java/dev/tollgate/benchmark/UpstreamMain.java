package dev.tollgate.benchmark;

import dev.tollgate.benchmark.upstream.StreamPlan;
import dev.tollgate.benchmark.upstream.Upstream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The upstream's process. It tells its port in one line; each line that it is told then, {@code
 * EVENTS NANOSECONDS-APART}, is the plan of streams from then on, and is answered by an empty line.
 * It ends with its standard input, and so with whoever started it.
 */
final class UpstreamMain {

  private UpstreamMain() {}

  /** Takes the number of threads. */
  @SuppressWarnings("SystemOut") // the other end of the pipe is the benchmark
  public static void main(String[] arguments) throws IOException {
    try (Network network = new Network(Integer.parseInt(arguments[0]));
        Upstream upstream = network.upstream();
        BufferedReader orders =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      System.out.println(upstream.address().getPort());
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        String[] words = line.split(" ", 2);
        Duration apart = Duration.ofNanos(Long.parseLong(words[1]));
        upstream.stream(new StreamPlan(Integer.parseInt(words[0]), apart));
        System.out.println();
      }
    }
  }
}
