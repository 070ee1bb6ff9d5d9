package dev.tollgate.deploy.demo;

import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.deploy.launcher.LauncherOptions;
import dev.tollgate.deploy.launcher.Tollgate;
import dev.tollgate.deploy.simulator.Simulator;
import dev.tollgate.deploy.simulator.SimulatorOptions;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A simulated provider, and what shows that a key goes in and a stream comes out. */
public final class Demo implements AutoCloseable {

  /** So that one sees the words come. */
  private static final Duration PACE = Duration.ofMillis(60);

  private static final String SIMULATOR_NETWORK = "127.0.0.1/32";
  private static final int KEY_BYTES = 24;

  private final Simulator simulator;
  private final SecretString providerKey;

  private Demo(Simulator simulator, SecretString providerKey) {
    this.simulator = simulator;
    this.providerKey = providerKey;
  }

  /** Starts the simulated provider on a free port; it takes any key, so that one can play on. */
  public static Demo prepare() {
    byte[] random = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(random);
    String key = "sk-sim-" + HexFormat.of().formatHex(random);
    return new Demo(
        Simulator.start(SimulatorOptions.accepting().paced(PACE)), SecretString.of(key));
  }

  /** The networks that the options allow, and the simulated provider's. */
  public List<String> networks(LauncherOptions options) {
    List<String> networks = new ArrayList<>(options.allowedNetworks());
    networks.add(SIMULATOR_NETWORK);
    return networks;
  }

  /**
   * Sets the demo up by the admin API and streams one answer through the gateway to {@code out}.
   */
  public void show(Tollgate tollgate, PrintStream out) {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      AdminClient admin = new AdminClient(http, tollgate.adminUrl(), tollgate.rootKey());
      String key = new DemoSetup(admin).run(simulator.baseUrl(), providerKey);
      out.printf(
          """

          A simulated provider answers at %s and takes any key; nothing leaves this machine.
          Made by the admin API: organization and project "demo", provider "openai", a virtual key.
          One chat completion, streamed through the gateway with that key:

          """,
          simulator.baseUrl());
      new ChatStream(http, out).print(tollgate.gatewayUrl(), key);
      // In one piece: lines of the log must not come between.
      String again =
          """

          The same again:
          curl -N %s/v1/chat/completions -H 'Authorization: Bearer %s' \
          -H 'Content-Type: application/json' -d '%s'

          Ctrl-C ends the demo.
          """
              .formatted(tollgate.gatewayUrl(), key, ChatStream.BODY);
      out.print(again);
      out.flush();
    }
  }

  @Override
  public void close() {
    simulator.close();
  }
}
