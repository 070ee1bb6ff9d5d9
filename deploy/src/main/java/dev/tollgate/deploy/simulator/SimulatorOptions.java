package dev.tollgate.deploy.simulator;

import java.time.Duration;
import java.util.Set;

/**
 * What a simulator is started with.
 *
 * @param port on loopback; 0 for a free one
 * @param acceptedKeys what a request must show one of; empty to accept any key, but not none
 * @param pace the pause between two frames where the model's name asks for no other
 */
public record SimulatorOptions(int port, Set<String> acceptedKeys, Duration pace) {

  public SimulatorOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535");
    }
    acceptedKeys = Set.copyOf(acceptedKeys);
  }

  public static SimulatorOptions accepting(String... keys) {
    return new SimulatorOptions(0, Set.of(keys), Duration.ZERO);
  }

  public SimulatorOptions paced(Duration other) {
    return new SimulatorOptions(port, acceptedKeys, other);
  }
}
