package dev.tollgate.benchmark.subject;

import dev.tollgate.benchmark.load.Target;
import dev.tollgate.benchmark.process.ChildProcess;
import dev.tollgate.benchmark.process.Descriptors;
import dev.tollgate.benchmark.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a proxy costs that only passes bytes on and sets one header; where it is installed. */
public final class Nginx implements Subject {

  public static final String NAME = "nginx";

  @SuppressWarnings("InlineFormatString") // a file of its own
  private static final String CONFIGURATION =
      """
      daemon off;
      worker_processes %1$d;
      worker_rlimit_nofile %5$d;
      error_log stderr crit;
      pid %2$s/nginx.pid;
      events { worker_connections %6$d; }
      http {
        access_log off;
        client_body_temp_path %2$s;
        proxy_temp_path %2$s;
        fastcgi_temp_path %2$s;
        uwsgi_temp_path %2$s;
        scgi_temp_path %2$s;
        keepalive_requests 1000000000;
        upstream provider { server 127.0.0.1:%3$d; keepalive 1024; keepalive_requests 1000000000; }
        server {
          listen 127.0.0.1:%4$d backlog=4096;
          client_body_buffer_size 64k;
          location / {
            proxy_pass http://provider;
            proxy_http_version 1.1;
            proxy_buffering off;
            proxy_read_timeout 1h;
            proxy_set_header Connection "";
            proxy_set_header Authorization "Bearer sk-bench-provider";
          }
        }
      }
      """;

  /** Above the limit of descriptors: with a sixteenth of them free, it closes idle connections. */
  private static final double CONNECTIONS_BY_DESCRIPTORS = 1.25;

  private static final long MOST_DESCRIPTORS = 40_000;

  private final ChildProcess process;
  private final Target target;

  private Nginx(ChildProcess process, Target target) {
    this.process = process;
    this.target = target;
  }

  /** Returns when it serves; empty where it is not installed. */
  public static Optional<Nginx> start(Bench bench) {
    return program().map(program -> start(bench, program));
  }

  private static Nginx start(Bench bench, Path program) {
    int port = Ports.free();
    Target target = new Target(Ports.loopback(port), "sk-bench");
    ChildProcess process =
        ChildProcess.start(
            bench.cores(),
            List.of(program.toString(), "-c", configuration(bench, port).toString()),
            Map.of(),
            bench.directory().resolve(NAME + ".log"));
    try {
      FirstAnswer.await(process, target.address(), target.requestText());
      return new Nginx(process, target);
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  private static Path configuration(Bench bench, int port) {
    int workers = Math.max(1, bench.cores().gateway().size());
    Path directory = bench.directory();
    long descriptors = Math.min(MOST_DESCRIPTORS, Descriptors.hardLimit());
    String text =
        CONFIGURATION.formatted(
            workers,
            directory,
            bench.upstream().getPort(),
            port,
            descriptors,
            (long) (CONNECTIONS_BY_DESCRIPTORS * descriptors));
    try {
      return Files.writeString(directory.resolve("nginx.conf"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> program() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(Arrays.stream(path.split(":", -1)), Stream.of("/usr/sbin"))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, NAME))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public ChildProcess process() {
    return process;
  }

  /** The master does nothing. */
  @Override
  public List<ProcessHandle> gateway() {
    return process.handle().descendants().toList();
  }

  @Override
  public @Nullable JavaProcess jvm() {
    return null;
  }

  @Override
  public void close() {
    process.close();
  }
}
