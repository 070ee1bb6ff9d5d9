package dev.tollgate.gateway.credentials;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything secret that one call carries to its provider, opened and ready to be written. Prints
 * nothing of it.
 */
public final class UpstreamCredential {

  private final @Nullable String credentialId;
  private final Map<String, SecretString> headers;
  private final List<QueryParameter> query;

  UpstreamCredential(
      @Nullable String credentialId,
      Map<String, SecretString> headers,
      List<QueryParameter> query) {
    this.credentialId = credentialId;
    this.headers = Map.copyOf(headers);
    this.query = List.copyOf(query);
  }

  record QueryParameter(String name, SecretString value) {}

  /** The credential that is presented; null for a service without one. */
  public @Nullable String credentialId() {
    return credentialId;
  }

  /** Sets the headers of a request that is about to be sent, whatever stood there before. */
  public void writeTo(HttpHeaders request) {
    headers.forEach((name, value) -> request.set(name, value.reveal(SecretAccess.granted())));
  }

  /** The path and query to call, with what is presented in the query. */
  public String addTo(String pathAndQuery) {
    String target = pathAndQuery;
    for (QueryParameter parameter : query) {
      String value =
          URLEncoder.encode(
              parameter.value().reveal(SecretAccess.granted()), StandardCharsets.UTF_8);
      target += (target.indexOf('?') < 0 ? '?' : '&') + parameter.name() + '=' + value;
    }
    return target;
  }

  @Override
  public String toString() {
    return "UpstreamCredential[REDACTED]";
  }
}
