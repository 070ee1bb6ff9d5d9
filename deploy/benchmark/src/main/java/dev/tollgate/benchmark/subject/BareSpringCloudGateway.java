package dev.tollgate.benchmark.subject;

import dev.tollgate.benchmark.load.Target;
import dev.tollgate.benchmark.process.ChildProcess;
import dev.tollgate.benchmark.process.JavaProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Spring Cloud Gateway as it comes, with one route that sets one header. */
public final class BareSpringCloudGateway implements Subject {

  public static final String NAME = "bare-scg";

  private static final String MAIN = "dev.tollgate.benchmark.bare.BareGateway";

  private final ChildProcess process;
  private final Target target;
  private @Nullable JavaProcess jvm;

  private BareSpringCloudGateway(ChildProcess process, Target target) {
    this.process = process;
    this.target = target;
  }

  /** Returns when it serves. */
  public static BareSpringCloudGateway start(Bench bench) {
    int port = Ports.free();
    List<String> command = new ArrayList<>();
    command.add(bench.java().toString());
    command.addAll(bench.javaOptions());
    command.addAll(bench.cores().javaOptions());
    command.addAll(List.of("-cp", bench.bareLibraries().resolve("*").toString(), MAIN));
    command.addAll(List.of("--server.port=" + port, "--upstream=" + bench.upstreamUrl()));
    ChildProcess process =
        ChildProcess.start(
            bench.cores(), command, Map.of(), bench.directory().resolve(NAME + ".log"));
    try {
      Target target = new Target(Ports.loopback(port), "sk-bench");
      FirstAnswer.await(process, target.address(), target.requestText());
      return new BareSpringCloudGateway(process, target);
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
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
  public void close() {
    if (jvm != null) {
      jvm.close();
    }
    process.close();
  }
}
