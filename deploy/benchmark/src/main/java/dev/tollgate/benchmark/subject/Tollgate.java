package dev.tollgate.benchmark.subject;

import dev.tollgate.benchmark.load.Target;
import dev.tollgate.benchmark.process.ChildProcess;
import dev.tollgate.benchmark.process.JavaProcess;
import dev.tollgate.benchmark.process.PostgresProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tollgate as {@code deploy/tollgate start} runs it, with everything on: gateway and admin API in
 * one process, PostgreSQL beside it, a key with the full policy, usage rows, metrics, access log.
 */
public final class Tollgate implements Subject {

  public static final String NAME = "tollgate";

  private final Path data;
  private final ChildProcess process;
  private final Target target;
  private final PostgresProcess postgres;
  private final @Nullable Installation installation;
  private @Nullable JavaProcess jvm;

  private Tollgate(
      Path data,
      ChildProcess process,
      Target target,
      PostgresProcess postgres,
      @Nullable Installation installation) {
    this.data = data;
    this.process = process;
    this.target = target;
    this.postgres = postgres;
    this.installation = installation;
  }

  /** Starts it on an empty data directory, sets it up, and returns when it serves. */
  public static Tollgate start(Bench bench) {
    int gateway = Ports.free();
    int admin = Ports.free();
    int management = Ports.free();
    ChildProcess process = spawn(bench, command(bench, List.of(), gateway, admin, management));
    try {
      FirstAnswer.await(process, Ports.loopback(gateway), FirstAnswer.get("/health/ready"));
      PostgresProcess postgres = PostgresProcess.of(data(bench).resolve("postgres"));
      postgres.processes().forEach(bench.cores()::moveAside);
      URI adminUrl = URI.create("http://127.0.0.1:" + admin);
      Installation installation = new Installation(adminUrl, data(bench));
      String key = installation.setUp(bench.upstreamUrl());
      Target target = new Target(Ports.loopback(gateway), key);
      FirstAnswer.await(process, target.address(), target.requestText());
      return new Tollgate(data(bench), process, target, postgres, installation);
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /**
   * One more key, for the same requests.
   *
   * @throws IllegalStateException if it was started again
   */
  public Target withKey(String name, Map<String, Object> policy) {
    if (installation == null) {
      throw new IllegalStateException("it was not set up by this process");
    }
    return new Target(target.address(), installation.key(name, policy));
  }

  /**
   * Room for many copies of one more key.
   *
   * @param policy of each of them
   * @param most how many there may be
   */
  public ManyKeys manyKeys(Map<String, Object> policy, int most) {
    String original = "one of many";
    var _ = withKey(original, policy);
    return new ManyKeys(data, postgres.port(), original, most);
  }

  /** Blocks until a request to a path is answered with 200, or until it no longer is. */
  public void awaitRoute(String path, boolean there) {
    String request = target.requestText().replaceFirst("POST \\S+", "POST " + path);
    FirstAnswer.await(process, target.address(), request, there);
  }

  /**
   * Starts it once more on the data directory of one that has been closed, and returns when it has
   * answered a request.
   *
   * @param key of the closed one's target
   * @param furtherOptions of the JVM
   * @param furtherArguments of the launcher
   */
  public static Tollgate startAgain(
      Bench bench, String key, List<String> furtherOptions, List<String> furtherArguments) {
    int gateway = Ports.free();
    List<String> command = command(bench, furtherOptions, gateway, Ports.free(), Ports.free());
    command.addAll(furtherArguments);
    ChildProcess process = spawn(bench, command);
    try {
      Target target = new Target(Ports.loopback(gateway), key);
      FirstAnswer.await(process, target.address(), target.requestText());
      PostgresProcess postgres = PostgresProcess.of(data(bench).resolve("postgres"));
      return new Tollgate(data(bench), process, target, postgres, null);
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  private static Path data(Bench bench) {
    return bench.directory().resolve("data");
  }

  private static List<String> command(
      Bench bench, List<String> furtherOptions, int gateway, int admin, int management) {
    List<String> command = new ArrayList<>();
    command.add(bench.java().toString());
    command.addAll(bench.javaOptions());
    command.addAll(bench.cores().javaOptions());
    command.addAll(furtherOptions);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), TollgateProcess.class.getName()));
    command.addAll(List.of("start", "--data-dir", data(bench).toString()));
    command.addAll(List.of("--gateway-port", Integer.toString(gateway)));
    command.addAll(List.of("--admin-port", Integer.toString(admin)));
    command.addAll(List.of("--management-port", Integer.toString(management)));
    command.addAll(List.of("--allow-upstream", "127.0.0.1/32"));
    return command;
  }

  private static ChildProcess spawn(Bench bench, List<String> command) {
    return ChildProcess.start(
        bench.cores(),
        command,
        // the load is the proxy that tells of clients; all its connections come from one address
        Map.of(
            "TOLLGATE_SERVER_MAX_CONNECTIONS_PER_ADDRESS", "20000",
            "TOLLGATE_NETWORK_TRUSTED_PROXIES", "127.0.0.1/32"),
        bench.directory().resolve(NAME + ".log"));
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

  @Override
  public JavaProcess jvm() {
    if (jvm == null) {
      jvm = JavaProcess.of(process.handle());
    }
    return jvm;
  }

  @Override
  public List<ProcessHandle> database() {
    return postgres.processes();
  }

  @Override
  public void close() {
    if (jvm != null) {
      jvm.close();
    }
    process.close();
    postgres.stopIfLeft();
  }
}
