package dev.tollgate.admin.credential;

import dev.tollgate.admin.provider.ServiceAuth;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A credential in the form in which its provider wants to see it, as the gateway presents it.
 *
 * @param name of the header or the query parameter; null: nothing is presented
 */
record PresentedSecret(@Nullable String name, SecretString value, boolean inQuery) {

  private static final String AUTHORIZATION = "authorization";

  /** Fails with 422 if {@code auth} asks for a field that is not there. */
  static PresentedSecret of(OpenedValue opened, ServiceAuth auth) {
    return switch (auth.type()) {
      case BEARER -> header(AUTHORIZATION, "Bearer " + opened.field(auth.field()));
      case HEADER -> header(auth.name(), opened.field(auth.field()));
      case BASIC -> header(AUTHORIZATION, "Basic " + basic(opened, auth));
      case TEMPLATE -> header(auth.name(), opened.filled(auth.value()));
      case QUERY -> new PresentedSecret(auth.name(), encoded(opened.field(auth.field())), true);
      case NONE -> new PresentedSecret(null, SecretString.of(""), false);
    };
  }

  private static PresentedSecret header(@Nullable String name, String value) {
    return new PresentedSecret(Objects.requireNonNull(name, "name"), SecretString.of(value), false);
  }

  private static String basic(OpenedValue opened, ServiceAuth auth) {
    String pair = opened.filled(auth.username()) + ":" + opened.filled(auth.password());
    return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static SecretString encoded(String value) {
    return SecretString.of(URLEncoder.encode(value, StandardCharsets.UTF_8));
  }

  /** Sets the header that carries it, if one does. */
  void writeTo(HttpHeaders headers) {
    if (name != null && !inQuery) {
      headers.set(name, value.reveal(SecretAccess.granted()));
    }
  }

  /** The path to call, with the parameter that carries it, if one does. */
  String addTo(String pathAndQuery) {
    if (name == null || !inQuery) {
      return pathAndQuery;
    }
    char separator = pathAndQuery.indexOf('?') < 0 ? '?' : '&';
    return pathAndQuery + separator + name + '=' + value.reveal(SecretAccess.granted());
  }

  @Override
  public String toString() {
    return "PresentedSecret[REDACTED]";
  }
}
