package dev.tollgate.admin.provider;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A GET that costs nothing and that the provider answers only for a valid credential.
 *
 * @param path with query, as a client of the provider writes it below the host, its version first
 * @param headers that the provider asks for besides
 * @param refusals the statuses that say that the credential is not accepted; default: 401 and 403
 */
public record TestCall(
    String path, @Nullable Map<String, String> headers, @Nullable List<Integer> refusals) {

  private static final List<Integer> USUAL_REFUSALS = List.of(401, 403);

  public TestCall {
    headers = headers == null ? Map.of() : Map.copyOf(headers);
    refusals = refusals == null ? USUAL_REFUSALS : List.copyOf(refusals);
  }

  /** Whether an answer with this status means that the credential is refused. */
  public boolean refusedBy(int status) {
    return refusals != null && refusals.contains(status);
  }

  /** The headers that the provider asks for besides. */
  public Map<String, String> sentHeaders() {
    return headers == null ? Map.of() : headers;
  }
}
