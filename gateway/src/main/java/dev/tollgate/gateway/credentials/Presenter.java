package dev.tollgate.gateway.credentials;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.gateway.credentials.UpstreamCredential.QueryParameter;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Presentation;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns opened secrets into what a service's provider wants to see. */
final class Presenter {

  private static final Pattern NAME =
      Pattern.compile("\\{\\{\\s*([A-Za-z0-9_.-]{1,130})\\s*\\}\\}");

  private final ServiceSnapshot service;
  private final List<OpenedCredential> named;

  Presenter(ServiceSnapshot service, List<OpenedCredential> named) {
    this.service = service;
    this.named = named;
  }

  /** The credentials that templates name, without the fields they ask for. */
  static Set<String> namesIn(Collection<String> templates) {
    Set<String> names = new LinkedHashSet<>();
    for (String template : templates) {
      Matcher matcher = NAME.matcher(template);
      while (matcher.find()) {
        names.add(credentialName(matcher.group(1)));
      }
    }
    return names;
  }

  private static String credentialName(String placeholder) {
    int dot = placeholder.indexOf('.');
    return dot < 0 ? placeholder : placeholder.substring(0, dot);
  }

  private static @Nullable String fieldName(String placeholder) {
    int dot = placeholder.indexOf('.');
    return dot < 0 ? null : placeholder.substring(dot + 1);
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

  private @Nullable SecretString namedSecret(String placeholder) {
    String name = credentialName(placeholder);
    for (OpenedCredential credential : named) {
      if (credential.credential().name().equals(name)) {
        return credential.field(fieldName(placeholder));
      }
    }
    return null;
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
