package dev.tollgate.gateway.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class OutboundPropertiesTest {

  @Test
  void allowsNothingBesidesThePublicInternetByDefault() {
    assertThat(bind(Map.of()).allowedNetworks()).isEmpty();
  }

  @Test
  void mapsEveryProperty() {
    assertThat(
            bind(Map.of("tollgate.outbound.allowed-networks", "127.0.0.0/8,fd12::/16"))
                .allowedNetworks())
        .containsExactly(Cidr.of("127.0.0.0/8"), Cidr.of("fd12::/16"));
  }

  @Test
  void refusesWhatIsNotANetworkAndNamesTheKey() {
    assertThatThrownBy(() -> bind(Map.of("tollgate.outbound.allowed-networks", "intranet")))
        .hasMessageContaining("tollgate.outbound.allowed-networks")
        .rootCause()
        .hasMessageContaining("'intranet'");
  }

  private static OutboundProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("tollgate.outbound", OutboundProperties.class);
  }
}
