package dev.tollgate.gateway.signature.internal;

import dev.tollgate.crypto.envelope.Envelope;
import dev.tollgate.crypto.keyset.KeyEncryptionKeys;
import dev.tollgate.gateway.credentials.CryptoProperties;
import dev.tollgate.gateway.credentials.SigningKeys;
import dev.tollgate.gateway.inspection.BodyMemory;
import dev.tollgate.gateway.redis.RedisLink;
import dev.tollgate.gateway.signature.NonceStore;
import dev.tollgate.gateway.signature.SignatureProperties;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class SignatureConfiguration {

  @Bean
  NonceStore nonces(
      SignatureProperties properties, ObjectProvider<RedisLink> redis, MeterRegistry meters) {
    RedisLink shared = redis.getIfAvailable();
    return shared == null ? inMemory(properties, meters) : new RedisNonces(shared, meters);
  }

  private static NonceStore inMemory(SignatureProperties properties, MeterRegistry meters) {
    MemoryNonces nonces = new MemoryNonces(properties.maxNonces(), System::nanoTime);
    meters.gauge("tollgate.nonces.held", nonces, MemoryNonces::size);
    return nonces;
  }

  @Bean
  SignatureFilter signatureFilter(
      CryptoProperties crypto,
      SignatureProperties properties,
      NonceStore nonces,
      BodyMemory memory,
      InstantSource clock) {
    SigningKeys keys =
        new SigningKeys(
            new Envelope(KeyEncryptionKeys.load(crypto.keysetFile())), crypto.openedFor());
    return new SignatureFilter(
        new SignatureCheck(keys, nonces, clock), new BodyHolder(properties.maxHeldBody(), memory));
  }
}
