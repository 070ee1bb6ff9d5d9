package dev.tollgate.gateway.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.network.NetworkProperties.ForwardingHeader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class NetworkPropertiesTest {

  @Test
  void trustNobodyByDefault() {
    assertThat(bind(Map.of()))
        .isEqualTo(new NetworkProperties(List.of(), ForwardingHeader.AUTO, false));
  }

  @Test
  void mapEveryValue() {
    assertThat(
            bind(
                Map.of(
                    "tollgate.network.trusted-proxies", "10.0.0.0/8,fd00::/8",
                    "tollgate.network.forwarding-header", "x-forwarded-for",
                    "tollgate.network.proxy-protocol", "true")))
        .isEqualTo(
            new NetworkProperties(
                List.of(Cidr.of("10.0.0.0/8"), Cidr.of("fd00::/8")),
                ForwardingHeader.X_FORWARDED_FOR,
                true));
  }

  @ParameterizedTest
  @CsvSource({
    "tollgate.network.trusted-proxies, intranet",
    "tollgate.network.trusted-proxies, 10.0.0.0/33",
    "tollgate.network.forwarding-header, x-real-ip",
    "tollgate.network.proxy-protocol, true",
  })
  void refuseNonsenseAndNameTheKey(String key, String value) {
    assertThatThrownBy(() -> bind(Map.of(key, value)))
        .satisfies(failure ->
            assertThat(failure + " " + failure.getCause() + rootMessage(failure)).contains(key));
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return " " + root.getMessage();
  }

  private static NetworkProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("tollgate.network", NetworkProperties.class);
  }
}
