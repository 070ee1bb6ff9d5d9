package dev.tollgate.admin.token;

import dev.tollgate.crypto.token.ProjectTokenIssuer;
import dev.tollgate.crypto.token.TokenSigningKey;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TokenConfiguration {

  @Bean
  TokenSigningKey tokenSigningKey(TokenProperties properties) {
    return TokenSigningKey.load(properties.signingKeyFile());
  }

  @Bean
  ProjectTokenIssuer projectTokenIssuer(TokenProperties properties, TokenSigningKey key) {
    return new ProjectTokenIssuer(properties.issuer(), properties.audience(), key);
  }
}
