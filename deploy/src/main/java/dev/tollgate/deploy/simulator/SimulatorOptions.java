package dev.tollgate.deploy.simulator;

import java.util.Set;

/**
 * What a simulator is started with.
 *
 * @param port on loopback; 0 for a free one
 * @param acceptedKeys what a request must show one of; empty to accept any key, but not none
 */
public record SimulatorOptions(int port, Set<String> acceptedKeys) {

  public SimulatorOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535");
    }
    acceptedKeys = Set.copyOf(acceptedKeys);
  }

  public static SimulatorOptions accepting(String... keys) {
    return new SimulatorOptions(0, Set.of(keys));
  }
}
