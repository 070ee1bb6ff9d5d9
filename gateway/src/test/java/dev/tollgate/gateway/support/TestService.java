package dev.tollgate.gateway.support;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Presentation;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.ProviderDefinition;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.ServedModel;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Timeouts;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A service as a test describes it. Immutable: every method returns another one.
 *
 * @param secret what its credential's {@code api_key} holds; null: it has no credential
 */
public record TestService(ServiceSnapshot snapshot, @Nullable String secret) {

  private static final ProviderDefinition NOTHING_SPECIAL =
      new ProviderDefinition(Set.of(), Set.of(), Set.of(), false, null);

  public static TestService openAi(String name, String baseUrl) {
    return of(name, Protocol.OPENAI, baseUrl, new Presentation.Bearer(null));
  }

  public static TestService anthropic(String name, String baseUrl) {
    return of(name, Protocol.ANTHROPIC, baseUrl, new Presentation.Header("x-api-key", null));
  }

  public static TestService gemini(String name, String baseUrl) {
    return of(name, Protocol.GEMINI, baseUrl, new Presentation.Header("x-goog-api-key", null));
  }

  /** A service of provider kind {@code name}, for all models, with the secret {@code sk-<name>}. */
  public static TestService of(
      String name, Protocol protocol, String baseUrl, Presentation presentation) {
    return new TestService(
        new ServiceSnapshot(
            "svc_" + name,
            name,
            name,
            protocol == Protocol.PASS_THROUGH ? Set.of() : Set.of(protocol),
            URI.create(baseUrl),
            presentation,
            Map.of(),
            null,
            100,
            null,
            Timeouts.NONE,
            "crd_" + name,
            NOTHING_SPECIAL),
        "sk-" + name);
  }

  /** Serves these names and globs; {@code alias=upstream} for an alias. */
  public TestService models(String... names) {
    return with(
        Stream.of(names).map(TestService::servedModel).toList(),
        snapshot.priority(),
        snapshot.environment(),
        snapshot.timeouts(),
        snapshot.definition());
  }

  private static ServedModel servedModel(String text) {
    int equals = text.indexOf('=');
    return equals < 0
        ? new ServedModel(text, null)
        : new ServedModel(text.substring(0, equals), text.substring(equals + 1));
  }

  public TestService priority(int priority) {
    return with(
        snapshot.models(),
        priority,
        snapshot.environment(),
        snapshot.timeouts(),
        snapshot.definition());
  }

  public TestService environment(String environment) {
    return with(
        snapshot.models(),
        snapshot.priority(),
        environment,
        snapshot.timeouts(),
        snapshot.definition());
  }

  public TestService timeouts(Timeouts timeouts) {
    return with(
        snapshot.models(),
        snapshot.priority(),
        snapshot.environment(),
        timeouts,
        snapshot.definition());
  }

  public TestService definition(ProviderDefinition definition) {
    return with(
        snapshot.models(),
        snapshot.priority(),
        snapshot.environment(),
        snapshot.timeouts(),
        definition);
  }

  public TestService secret(String value) {
    return new TestService(snapshot, value);
  }

  /** The same after its credential was deleted: it still says how to present one. */
  public TestService withoutCredential() {
    return new TestService(
        new ServiceSnapshot(
            snapshot.serviceId(),
            snapshot.name(),
            snapshot.provider(),
            snapshot.protocols(),
            snapshot.baseUrl(),
            snapshot.presentation(),
            snapshot.headers(),
            snapshot.models(),
            snapshot.priority(),
            snapshot.environment(),
            snapshot.timeouts(),
            null,
            snapshot.definition()),
        null);
  }

  private TestService with(
      @Nullable List<ServedModel> models,
      int priority,
      @Nullable String environment,
      Timeouts timeouts,
      ProviderDefinition definition) {
    return new TestService(
        new ServiceSnapshot(
            snapshot.serviceId(),
            snapshot.name(),
            snapshot.provider(),
            snapshot.protocols(),
            snapshot.baseUrl(),
            snapshot.presentation(),
            snapshot.headers(),
            models,
            priority,
            environment,
            timeouts,
            snapshot.credentialId(),
            definition),
        secret);
  }
}
