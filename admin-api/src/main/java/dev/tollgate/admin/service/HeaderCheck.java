package dev.tollgate.admin.service;

import dev.tollgate.admin.credential.CredentialDirectory;
import dev.tollgate.admin.credential.CredentialDirectory.Entry;
import dev.tollgate.admin.outbound.BaseUrl;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Scope;
import dev.tollgate.admin.provider.Template;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whether a service's headers are ones it may set, and name secrets that may be sent to its host. A
 * placeholder is the name of a credential with one secret field, or {@code NAME.field}; since names
 * may hold dots, the whole text is tried as a name first.
 */
@Component
class HeaderCheck {

  private final CredentialDirectory credentials;

  HeaderCheck(CredentialDirectory credentials) {
    this.credentials = credentials;
  }

  /** The ids of the credentials that are named; fails with 400 or 422. */
  Mono<Set<String>> check(Scope owner, Map<String, String> headers, BaseUrl url) {
    refuseRepeated(headers);
    return Flux.fromIterable(headers.entrySet())
        .concatMap(header -> check(owner, header.getKey(), header.getValue(), url))
        .collect(Collectors.toSet());
  }

  private static void refuseRepeated(Map<String, String> headers) {
    long distinct =
        headers.keySet().stream().map(name -> name.toLowerCase(Locale.ROOT)).distinct().count();
    if (distinct != headers.size()) {
      throw ProblemException.badRequest("/headers", "duplicate_field", "names a header twice");
    }
  }

  private Flux<String> check(Scope owner, String name, String value, BaseUrl url) {
    String pointer = "/headers/" + name.replace("~", "~0").replace("/", "~1");
    if (!HeaderNames.isAllowed(name)) {
      throw ProblemException.badRequest(pointer, "invalid_value", "is no header a service may set");
    }
    Template template =
        Template.parse(value)
            .orElseThrow(() ->
                ProblemException.badRequest(
                    pointer, "invalid_value", "is not a header value or not a template"));
    return Flux.fromIterable(template.placeholders())
        .concatMap(placeholder -> resolve(owner, placeholder, pointer))
        .doOnNext(credential -> refuseOtherHost(credential, url, pointer))
        .map(Entry::id);
  }

  private Mono<Entry> resolve(Scope owner, String placeholder, String pointer) {
    int dot = placeholder.lastIndexOf('.');
    return named(owner, placeholder, null)
        .switchIfEmpty(
            dot <= 0
                ? Mono.empty()
                : named(owner, placeholder.substring(0, dot), placeholder.substring(dot + 1)))
        .switchIfEmpty(Mono.error(() -> unknown(pointer)));
  }

  private Mono<Entry> named(Scope owner, String name, @Nullable String field) {
    return credentials
        .findByName(owner, name)
        .filter(found ->
            field == null
                ? found.secretFields().size() == 1
                : found.secretFields().contains(field));
  }

  private static void refuseOtherHost(Entry credential, BaseUrl url, String pointer) {
    if (!credential.allowedHosts().contains(url.allowedHost())) {
      throw ProblemException.unprocessable(
          pointer, "credential_required", "names a secret that may not be sent to this host");
    }
  }

  private static ProblemException unknown(String pointer) {
    return ProblemException.unprocessable(
        pointer, "unknown_secret", "names a secret or a field that does not exist");
  }
}
