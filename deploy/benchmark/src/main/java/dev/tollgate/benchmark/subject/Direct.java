package dev.tollgate.benchmark.subject;

import dev.tollgate.benchmark.load.Target;
import dev.tollgate.benchmark.process.ChildProcess;
import dev.tollgate.benchmark.process.JavaProcess;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** No gateway: what the load and the upstream can do by themselves. */
public record Direct(InetSocketAddress upstream) implements Subject {

  public static final String NAME = "direct";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Target target() {
    return new Target(upstream, "sk-bench");
  }

  @Override
  public @Nullable ChildProcess process() {
    return null;
  }

  @Override
  public @Nullable JavaProcess jvm() {
    return null;
  }

  @Override
  public void close() {}
}
