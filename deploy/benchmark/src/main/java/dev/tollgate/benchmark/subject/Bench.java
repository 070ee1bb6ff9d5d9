package dev.tollgate.benchmark.subject;

import dev.tollgate.benchmark.process.Cores;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * What every subject is started with.
 *
 * @param java the program
 * @param javaOptions the launcher's, the same for every JVM
 * @param bareLibraries the directory with the class path of the bare gateway
 * @param directory for logs and data; goes away afterwards
 */
public record Bench(
    Path java,
    List<String> javaOptions,
    Path bareLibraries,
    Path directory,
    Cores cores,
    InetSocketAddress upstream) {

  /** The same, but all cores are everybody's. */
  public Bench unpinned() {
    return new Bench(java, javaOptions, bareLibraries, directory, cores.unpinned(), upstream);
  }

  String upstreamUrl() {
    return "http://127.0.0.1:" + upstream.getPort();
  }
}
