package dev.tollgate.deploy.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

  @Test
  void hasDefaults() {
    LauncherOptions options = start("start");
    assertThat(options.dataDirectory()).isEqualTo(Path.of("data").toAbsolutePath());
    assertThat(options.gatewayPort()).isEqualTo(8080);
    assertThat(options.adminPort()).isEqualTo(8081);
    assertThat(options.managementPort()).isEqualTo(8082);
    assertThat(options.routes()).isNull();
    assertThat(options.allowedNetworks()).isEmpty();
  }

  @Test
  void takesEveryOptionInBothForms() {
    LauncherOptions options =
        start(
            "start --data-dir /tmp/x --gateway-port=1 --admin-port 2 --management-port=0"
                + " --routes / --allow-upstream=10.0.0.0/8,fd00::/8,192.0.2.7");
    assertThat(options.dataDirectory()).isEqualTo(Path.of("/tmp/x"));
    assertThat(options.gatewayPort()).isEqualTo(1);
    assertThat(options.adminPort()).isEqualTo(2);
    assertThat(options.managementPort()).isZero();
    assertThat(options.routes()).isEqualTo(Path.of("/"));
    assertThat(options.allowedNetworks()).containsExactly("10.0.0.0/8", "fd00::/8", "192.0.2.7");
  }

  @Test
  void takesTheEnvironmentWhereTheCommandLineIsSilent() {
    Map<String, String> environment =
        Map.of(
            "TOLLGATE_DATA_DIR", "/tmp/e",
            "TOLLGATE_GATEWAY_PORT", "11",
            "TOLLGATE_ADMIN_PORT", "12",
            "TOLLGATE_MANAGEMENT_PORT", "",
            "TOLLGATE_ALLOW_UPSTREAM", "127.0.0.0/8");
    LauncherOptions options = start("start --gateway-port 21", environment);
    assertThat(options.dataDirectory()).isEqualTo(Path.of("/tmp/e"));
    assertThat(options.gatewayPort()).isEqualTo(21);
    assertThat(options.adminPort()).isEqualTo(12);
    assertThat(options.managementPort()).isEqualTo(8082);
    assertThat(options.allowedNetworks()).containsExactly("127.0.0.0/8");
  }

  @Test
  void keepsTheDemoOutOfTheDirectoryThatStartUses() {
    Command command = CommandLine.parse(List.of("demo"), Map.of());
    assertThat(command)
        .isInstanceOfSatisfying(
            Command.Demo.class,
            demo ->
                assertThat(demo.options().dataDirectory())
                    .isEqualTo(Path.of("data-demo").toAbsolutePath()));
  }

  @ParameterizedTest
  @CsvSource({
    "stat,stat",
    "start --port 1,--port",
    "start extra,extra",
    "start --gateway-port,--gateway-port",
    "start --gateway-port=,--gateway-port",
    "start --gateway-port 65536,--gateway-port",
    "start --admin-port -1,--admin-port",
    "start --management-port eighty,--management-port",
    "start --admin-port 1 --admin-port 1,--admin-port",
    "start --routes /does/not/exist,--routes",
    "init --gateway-port 1,--gateway-port",
  })
  void namesTheWordThatIsWrong(String line, String named) {
    assertThatThrownBy(() -> start(line))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(named);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0/33",
        "fe80::/129",
        "localhost",
        "10.0.0/8",
        "10.0.0.0/",
        "10.0.0.0/-1"
      })
  void takesNetworksInCidrNotationOnly(String network) {
    assertThatThrownBy(() -> start("start --allow-upstream 127.0.0.0/8," + network))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--allow-upstream");
  }

  private static LauncherOptions start(String line) {
    return start(line, Map.of());
  }

  private static LauncherOptions start(String line, Map<String, String> environment) {
    Command command = CommandLine.parse(List.of(line.split(" ", -1)), environment);
    assertThat(command).isInstanceOf(Command.Start.class);
    return ((Command.Start) command).options();
  }
}
