package dev.tollgate.admin.credential;

import dev.tollgate.crypto.envelope.Envelope;
import dev.tollgate.crypto.keyset.KeyEncryptionKeys;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class VaultConfiguration {

  @Bean
  Envelope envelope(VaultProperties properties) {
    return new Envelope(KeyEncryptionKeys.load(properties.keysetFile()));
  }
}
