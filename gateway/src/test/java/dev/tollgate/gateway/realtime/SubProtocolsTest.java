package dev.tollgate.gateway.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SubProtocolsTest {

  @Test
  void keepsWhatIsAProtocolInTheClientsOrder() {
    assertThat(SubProtocols.forProvider(List.of("realtime, openai-beta.realtime-v1", "other")))
        .containsExactly("realtime", "openai-beta.realtime-v1", "other");
  }

  @Test
  void leavesOutWhatIdentifiesSomeone() {
    assertThat(
            SubProtocols.forProvider(
                List.of(
                    "openai-insecure-api-key.tgk_x,realtime",
                    "OpenAI-Insecure-Api-Key.eyJ",
                    "openai-organization.org_1, openai-project.p, key.TGK_y")))
        .containsExactly("realtime");
  }

  @Test
  void offersNothingWhereTheClientDoesNot() {
    assertThat(SubProtocols.forProvider(null)).isEmpty();
  }
}
