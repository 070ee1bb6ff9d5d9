package dev.tollgate.benchmark.subject;

import dev.tollgate.benchmark.load.Target;
import dev.tollgate.benchmark.process.ChildProcess;
import dev.tollgate.benchmark.process.Cores;
import dev.tollgate.benchmark.process.JavaProcess;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of those that are compared, running. */
public interface Subject extends AutoCloseable {

  /** As it stands in tables and budgets. */
  String name();

  Target target();

  /** Null where there is no gateway in between. */
  @Nullable ChildProcess process();

  /** The processes that make up the gateway, and nothing else. */
  default List<ProcessHandle> gateway() {
    ChildProcess process = process();
    return process == null ? List.of() : List.of(process.handle());
  }

  /** From now on it has the gateway's cores and no others. */
  default void pin(Cores cores) {
    gateway().forEach(cores::moveToGateway);
  }

  /** Null where it is no JVM. */
  @Nullable JavaProcess jvm();

  /** The processes of its database, which are reported apart. */
  default List<ProcessHandle> database() {
    return List.of();
  }

  @Override
  void close();
}
