package dev.tollgate.gateway.identity.internal;

import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.PepperSet;
import dev.tollgate.crypto.token.ProjectTokenVerifier;
import dev.tollgate.gateway.credentials.CryptoProperties;
import dev.tollgate.gateway.identity.TokenProperties;
import dev.tollgate.gateway.snapshot.Snapshots;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class IdentityConfiguration {

  @Bean
  AuthenticationFilter authenticationFilter(
      CryptoProperties crypto, TokenProperties token, Snapshots snapshots, InstantSource clock) {
    KeyDigester digester = new KeyDigester(PepperSet.load(crypto.pepperFile()));
    ProjectTokenVerifier verifier =
        new ProjectTokenVerifier(
            token.issuer(), token.audience(), ProjectTokenVerifier.DEFAULT_SKEW);
    return new AuthenticationFilter(
        new VirtualKeyAuthenticator(digester, snapshots, clock),
        new ProjectTokenAuthenticator(verifier, snapshots, clock));
  }

  @Bean
  CallWatch openCalls(Snapshots snapshots, InstantSource clock, MeterRegistry meters) {
    CallWatch watch = new CallWatch(new Standings(snapshots, clock), clock, meters);
    snapshots.onChange(watch);
    return watch;
  }

  @Bean
  ProjectSelectionFilter projectSelectionFilter(Snapshots snapshots) {
    return new ProjectSelectionFilter(snapshots);
  }
}
