package dev.tollgate.admin.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class TokenPropertiesTest {
  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withUserConfiguration(Properties.class)
          .withPropertyValues("tollgate.token.signing-key-file=/keys/token.json");

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(TokenProperties.class)
  static class Properties {}

  @Test
  void namesTollgateUnlessToldOtherwise() {
    application.run(context ->
        assertThat(context.getBean(TokenProperties.class))
            .isEqualTo(
                new TokenProperties(Path.of("/keys/token.json"), "tollgate", "tollgate-gateway")));
  }

  @Test
  void takesEveryValue() {
    application
        .withPropertyValues(
            "tollgate.token.signing-key-file=/other.json",
            "tollgate.token.issuer=us",
            "tollgate.token.audience=them")
        .run(context ->
            assertThat(context.getBean(TokenProperties.class))
                .isEqualTo(new TokenProperties(Path.of("/other.json"), "us", "them")));
  }

  @ParameterizedTest
  @CsvSource({"issuer,issuer", "audience,audience"})
  void refusesABlankName(String name, String named) {
    application
        .withPropertyValues("tollgate.token." + name + "= ")
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining(named)
                .hasMessageContaining("tollgate.token"));
  }

  @Test
  void refusesToStartWithoutASigningKey() {
    new ApplicationContextRunner()
        .withUserConfiguration(Properties.class)
        .run(context ->
            assertThat(context).getFailure().rootCause().hasMessageContaining("signingKeyFile"));
  }
}
