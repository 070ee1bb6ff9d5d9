package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.List;

/** Says back what came in: for providers that have no protocol here. */
final class EchoAnswer {

  private EchoAnswer() {}

  static Answer of(RecordedRequest request) {
    List<Object> headers = new ArrayList<>();
    request.headers().forEach(header -> headers.add(List.of(header.name(), header.value())));
    return Answer.json(
        200,
        Json.object(
            "method", request.method(),
            "path", request.path(),
            "query", request.query(),
            "headers", headers,
            "body_length", request.bodyLength(),
            "body_sha256", request.bodySha256()));
  }
}
