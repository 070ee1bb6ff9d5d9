package dev.tollgate.deploy.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came off the socket.
 *
 * @param path without the query, as sent
 * @param query without the question mark; empty where there is none
 * @param body its first {@link BodyCollector#KEPT_BYTES} bytes
 * @param bodyLength all of it, in bytes
 * @param bodySha256 of all of it, in lower-case hex
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record RecordedRequest(
    String method,
    String path,
    String query,
    List<Header> headers,
    byte[] body,
    long bodyLength,
    String bodySha256) {

  public RecordedRequest {
    headers = List.copyOf(headers);
  }

  /** The first header of that name, whatever its case. */
  public @Nullable String header(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst()
        .orElse(null);
  }

  public List<String> headerNames() {
    return headers.stream().map(Header::name).toList();
  }
}
