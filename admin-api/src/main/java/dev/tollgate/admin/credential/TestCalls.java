package dev.tollgate.admin.credential;

import dev.tollgate.admin.outbound.OutboundAnswer;
import dev.tollgate.admin.outbound.OutboundCalls;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.crypto.secret.SecretBytes;
import io.netty.handler.codec.http.HttpHeaders;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Opens a credential for a test, and sends it. */
@Component
class TestCalls {

  private final ValueStore store;
  private final OutboundCalls outbound;
  private final JsonBodies bodies;

  TestCalls(ValueStore store, OutboundCalls outbound, JsonBodies bodies) {
    this.store = store;
    this.outbound = outbound;
    this.bodies = bodies;
  }

  /** Everything that can be refused is refused here, before anything is sent. */
  Mono<PreparedTest> prepare(StoredCredential credential, TestTarget target) {
    return store.open(credential).map(opened -> prepared(credential, target, opened));
  }

  private PreparedTest prepared(
      StoredCredential credential, TestTarget target, SecretBytes opened) {
    OpenedValue value = OpenedValue.of(opened, credential.value().clear(), bodies);
    return new PreparedTest(
        target, credential.value().version(), PresentedSecret.of(value, target.auth()));
  }

  /** Never an error. */
  Mono<OutboundAnswer> make(PreparedTest test) {
    return outbound.get(
        test.target().url(),
        test.secret().addTo(test.target().path()),
        headers -> write(test, headers));
  }

  private static void write(PreparedTest test, HttpHeaders headers) {
    test.target().call().sentHeaders().forEach(headers::set);
    headers.set("accept", "application/json");
    headers.set("user-agent", "tollgate");
    test.secret().writeTo(headers);
  }
}
