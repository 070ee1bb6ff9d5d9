package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import dev.tollgate.deploy.launcher.SecondGateway;
import dev.tollgate.gateway.GatewayApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** A gateway whose process was paused knows soon after waking what it has missed. */
class PausedGatewayIT {

  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final Duration START = Duration.ofSeconds(90);

  private final Bed bed = Bed.shared();

  @Test
  void aPausedGatewayAnswersRightlySoonAfterWaking() throws Exception {
    int port = freePort();
    URI gateway = URI.create("http://127.0.0.1:" + port);
    Process process = start(port);
    try {
      await().atMost(START).ignoreExceptions().until(() -> isReady(gateway));
      Tenant tenant = bed.tenantWithProviders();
      Tenant.Key revoked = tenant.key();
      Tenant.Key kept = tenant.key();
      assertThat(ask(gateway, revoked).status()).isEqualTo(200);
      signal("STOP", process);
      bed.admin().delete("/v1/keys/" + revoked.id());
      signal("CONT", process);
      await().atMost(BOUND).until(() -> ask(gateway, revoked).status() == 401);
      assertThat(Wire.OPENAI.code(ask(gateway, revoked))).isEqualTo("key_revoked");
      assertThat(ask(gateway, kept).status()).isEqualTo(200);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static Reply ask(URI gateway, Tenant.Key key) {
    return Wire.OPENAI.askAt(gateway, key.token(), "gpt-4o");
  }

  private static boolean isReady(URI gateway) {
    return new RawHttp(gateway).get("/health/ready").status() == 200;
  }

  /** Its properties go by the environment, where no list of processes shows them. */
  private Process start(int port) throws IOException {
    Map<String, String> properties =
        SecondGateway.properties(
            bed.tollgate(),
            bed.dataDirectory(),
            bed.tollgate().database().port(),
            port,
            Bed.LOOPBACK);
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            GatewayApplication.class.getName());
    builder
        .environment()
        .put(
            "SPRING_APPLICATION_JSON", JsonMapper.builder().build().writeValueAsString(properties));
    return builder.inheritIO().start();
  }

  private static void signal(String name, Process process) throws Exception {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    assertThat(status).isZero();
  }

  private static int freePort() {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Objects.requireNonNull(taken).getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
