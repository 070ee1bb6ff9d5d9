package dev.tollgate.benchmark.upstream;

import java.net.InetSocketAddress;

/** Whom the gateways call, here or in a process of its own. */
public interface Provider extends AutoCloseable {

  InetSocketAddress address();

  /** Holds for streams that begin from now on. */
  void stream(StreamPlan next);

  @Override
  void close();
}
