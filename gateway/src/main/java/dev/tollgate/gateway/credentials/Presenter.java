package dev.tollgate.gateway.credentials;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.gateway.credentials.UpstreamCredential.QueryParameter;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Presentation;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns opened secrets into what a service's provider wants to see. */
final class Presenter {

  private final ServiceSnapshot service;
  private final Map<String, OpenedCredential> byPlaceholder;

  /**
   * @param byPlaceholder whose secret each placeholder of the service's headers stands for
   */
  Presenter(ServiceSnapshot service, Map<String, OpenedCredential> byPlaceholder) {
    this.service = service;
    this.byPlaceholder = byPlaceholder;
  }

  /** What a service without a credential of its own presents. */
  UpstreamCredential without() {
    return new UpstreamCredential(null, extraHeaders(), List.of());
  }

  /** What the service presents with this version of its own credential. */
  UpstreamCredential with(OpenedCredential own) {
    Map<String, SecretString> headers = extraHeaders();
    List<QueryParameter> query = List.of();
    switch (service.presentation()) {
      case Presentation.Bearer(var field) ->
          headers.put("authorization", prefixed("Bearer ", secret(own, field)));
      case Presentation.Header(var name, var field) -> headers.put(name, secret(own, field));
      case Presentation.Query(var name, var field) ->
          query = List.of(new QueryParameter(name, secret(own, field)));
      case Presentation.Basic(var username, var password) ->
          headers.put("authorization", basic(own, username, password));
      case Presentation.Template(var name, var value) ->
          headers.put(name, SecretTemplate.fill(value, own::field));
      case Presentation.None() -> {}
      case Presentation.Unsupported(var type) ->
          throw new IllegalStateException("this gateway cannot present credentials by " + type);
    }
    return new UpstreamCredential(own.credential().credentialId(), headers, query);
  }

  private Map<String, SecretString> extraHeaders() {
    Map<String, SecretString> headers = new LinkedHashMap<>();
    Function<String, @Nullable SecretString> secrets = this::namedSecret;
    service
        .headers()
        .forEach((name, value) -> headers.put(name, SecretTemplate.fill(value, secrets)));
    return headers;
  }

  /** A placeholder is a credential's name, or its name, a dot, and one of its fields. */
  private @Nullable SecretString namedSecret(String placeholder) {
    OpenedCredential credential = byPlaceholder.get(placeholder);
    if (credential == null) {
      return null;
    }
    String name = credential.credential().name();
    return credential.field(
        placeholder.equals(name) ? null : placeholder.substring(name.length() + 1));
  }

  private static SecretString secret(OpenedCredential own, @Nullable String field) {
    SecretString secret = own.field(field);
    if (secret == null) {
      throw new SecretTemplate.UnresolvedSecretException(field == null ? "its secret" : field);
    }
    return secret;
  }

  private static SecretString basic(OpenedCredential own, String username, String password) {
    String user = SecretTemplate.fill(username, own::field).reveal(SecretAccess.granted());
    String pass = SecretTemplate.fill(password, own::field).reveal(SecretAccess.granted());
    byte[] pair = (user + ":" + pass).getBytes(StandardCharsets.UTF_8);
    return SecretString.of("Basic " + Base64.getEncoder().encodeToString(pair));
  }

  private static SecretString prefixed(String prefix, SecretString secret) {
    return SecretString.of(prefix + secret.reveal(SecretAccess.granted()));
  }
}
