package dev.tollgate.admin.credential;

import dev.tollgate.admin.outbound.AllowedHost;
import dev.tollgate.admin.outbound.BaseUrl;
import dev.tollgate.admin.outbound.OutboundCheck;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.provider.AuthMethod;
import dev.tollgate.admin.provider.FieldSpec;
import dev.tollgate.admin.provider.ProviderCatalogue;
import dev.tollgate.admin.provider.ProviderKind;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Checks the parts of a credential against its provider's entry in the catalogue. */
@Component
class ValueCheck {

  private final ProviderCatalogue catalogue;
  private final OutboundCheck outbound;
  private final Clock clock;

  ValueCheck(ProviderCatalogue catalogue, OutboundCheck outbound, Clock clock) {
    this.catalogue = catalogue;
    this.outbound = outbound;
    this.clock = clock;
  }

  /**
   * An end that is to come, or none.
   *
   * @throws ProblemException 400
   */
  void refusePast(@Nullable Instant expiresAt) {
    if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
      throw ProblemException.badRequest("/expires_at", "invalid_value", "lies in the past");
    }
  }

  /** A provider kind with one of its auth methods. */
  record Method(ProviderKind kind, AuthMethod auth) {}

  Method method(String provider, @Nullable String authMethod) {
    ProviderKind kind =
        catalogue
            .find(provider)
            .orElseThrow(() ->
                ProblemException.badRequest(
                    "/provider", "unknown_provider", "is no provider of the catalogue"));
    AuthMethod auth =
        kind.authMethod(authMethod)
            .orElseThrow(() ->
                ProblemException.badRequest(
                    "/auth_method", "unknown_auth_method", "is none of the provider's"));
    return new Method(kind, auth);
  }

  /**
   * The value that a body gives, checked.
   *
   * @return fails with 400 or 422
   */
  Mono<CredentialFields> fields(
      Method method, @Nullable Map<String, String> fields, @Nullable String value) {
    CredentialFields given =
        CredentialFields.of(method.kind(), method.auth(), together(method.auth(), fields, value));
    Map<String, String> clear = new TreeMap<>(given.clear());
    return Flux.fromIterable(method.auth().fields())
        .filter(spec -> Boolean.TRUE.equals(spec.url()) && clear.containsKey(spec.name()))
        .concatMap(spec -> checkUrl(spec, clear))
        .then(Mono.fromSupplier(() -> new CredentialFields(given.secret(), clear)));
  }

  private Mono<String> checkUrl(FieldSpec spec, Map<String, String> clear) {
    return outbound
        .check(clear.getOrDefault(spec.name(), ""), "/fields/" + spec.name())
        .map(BaseUrl::toString)
        .doOnNext(url -> clear.put(spec.name(), url));
  }

  private static Map<String, String> together(
      AuthMethod auth, @Nullable Map<String, String> fields, @Nullable String value) {
    Map<String, String> all = new HashMap<>(fields == null ? Map.of() : fields);
    if (value != null && all.putIfAbsent(onlySecret(auth), value) != null) {
      throw ProblemException.badRequest("/value", "contradiction", "stands in fields as well");
    }
    return all;
  }

  private static String onlySecret(AuthMethod auth) {
    List<FieldSpec> secret =
        auth.fields().stream().filter(spec -> Boolean.TRUE.equals(spec.secret())).toList();
    if (secret.size() != 1) {
      throw ProblemException.badRequest("/value", "invalid_value", "give fields instead");
    }
    return secret.getFirst().name();
  }

  /** The hosts of the kind's own base URL; none if it has no base URL. */
  List<String> defaultHosts(ProviderKind kind, CredentialFields fields) {
    return kind.baseUrl(fields.clear())
        .flatMap(BaseUrl::parse)
        .map(url -> List.of(url.allowedHost()))
        .orElse(List.of());
  }

  /** Hosts in canonical form, each once, sorted. */
  static List<String> canonicalHosts(List<String> hosts) {
    return IntStream.range(0, hosts.size())
        .mapToObj(index -> canonicalHost(hosts.get(index), index))
        .collect(Collectors.collectingAndThen(Collectors.toCollection(TreeSet::new), List::copyOf));
  }

  private static String canonicalHost(String host, int index) {
    Optional<String> canonical = AllowedHost.canonical(host);
    return canonical.orElseThrow(() ->
        ProblemException.badRequest(
            "/allowed_hosts/" + index, "invalid_value", "is no host or host:port"));
  }
}
