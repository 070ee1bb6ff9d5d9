package dev.tollgate.admin.idempotency;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Transactions;
import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.crypto.token.KeyDigester;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Runs a POST in one transaction, and once only if it has an {@code Idempotency-Key}: the answer is
 * stored in that same transaction, so that a repetition finds either both the change and its answer
 * or neither. A repetition while the first still runs does not wait: it gets 409.
 */
@Component
public class Idempotency {

  private static final String HEADER = "Idempotency-Key";
  private static final Pattern WELL_FORMED = Pattern.compile("[\\x21-\\x7e]{1,255}");

  private final StoredAnswers answers;
  private final KeyDigester digester;
  private final JsonBodies bodies;
  private final Transactions transactions;

  Idempotency(
      StoredAnswers answers, KeyDigester digester, JsonBodies bodies, Transactions transactions) {
    this.answers = answers;
    this.digester = digester;
    this.bodies = bodies;
    this.transactions = transactions;
  }

  /**
   * Answers a POST.
   *
   * @param body as it was read, or anything that tells one request from another; empty text if none
   * @param work makes the change; its use cases join the transaction opened here
   */
  public Mono<ResponseEntity<Object>> run(
      ServerHttpRequest request, Caller caller, Object body, Mono<? extends Answer> work) {
    List<String> keys = request.getHeaders().getOrEmpty(HEADER);
    if (keys.isEmpty()) {
      return transactions.inOne(work).map(Idempotency::response);
    }
    Attempt attempt = new Attempt(caller.id(), checked(keys), digests(request, body));
    return transactions.inOne(once(attempt, work));
  }

  /**
   * Answers a POST whose work waits for somebody else, and so must hold no transaction. The key is
   * taken in one transaction before the work and its answer stored in another one after it.
   *
   * @param work changes nothing that would have to stand or fall with its answer
   */
  public Mono<ResponseEntity<Object>> runAside(
      ServerHttpRequest request, Caller caller, Object body, Mono<? extends Answer> work) {
    List<String> keys = request.getHeaders().getOrEmpty(HEADER);
    if (keys.isEmpty()) {
      return work.map(Idempotency::response);
    }
    Attempt attempt = new Attempt(caller.id(), checked(keys), digests(request, body));
    return transactions
        .inOne(answers.lock(attempt).then(answers.find(attempt)).flatMap(claimed(attempt)))
        .flatMap(stored ->
            stored.map(found -> repeat(attempt, found)).orElseGet(() -> aside(attempt, work)));
  }

  private Function<Optional<StoredAnswer>, Mono<Optional<StoredAnswer>>> claimed(Attempt attempt) {
    return stored ->
        stored.isPresent() ? Mono.just(stored) : answers.claim(attempt).thenReturn(stored);
  }

  private Mono<ResponseEntity<Object>> aside(Attempt attempt, Mono<? extends Answer> work) {
    return Mono.usingWhen(
        Mono.just(attempt),
        claimed -> first(claimed, work),
        _ -> Mono.empty(),
        (claimed, _) -> answers.release(claimed),
        answers::release);
  }

  private Mono<ResponseEntity<Object>> once(Attempt attempt, Mono<? extends Answer> work) {
    return answers
        .lock(attempt)
        .then(answers.find(attempt))
        .flatMap(stored ->
            stored.map(found -> repeat(attempt, found)).orElseGet(() -> first(attempt, work)));
  }

  private Mono<ResponseEntity<Object>> first(Attempt attempt, Mono<? extends Answer> work) {
    return work.flatMap(answer ->
        answers
            .store(attempt, answer.status(), answer.withoutSecret())
            .thenReturn(response(answer)));
  }

  private static Mono<ResponseEntity<Object>> repeat(Attempt attempt, StoredAnswer stored) {
    if (!attempt.digests().contains(stored.request())) {
      return Mono.error(
          ProblemException.of(
              HttpStatus.UNPROCESSABLE_CONTENT,
              "idempotency_key_reused",
              "This Idempotency-Key was used for another request."));
    }
    if (stored.status() == HttpStatus.CONTINUE.value()) {
      return Mono.error(StoredAnswers.inFlight());
    }
    return Mono.just(response(HttpStatus.valueOf(stored.status()), stored.body(), null));
  }

  private static ResponseEntity<Object> response(Answer answer) {
    return response(answer.status(), answer.body(), answer.version());
  }

  private static ResponseEntity<Object> response(
      HttpStatus status, @Nullable Object body, @Nullable Integer version) {
    ResponseEntity.BodyBuilder response = ResponseEntity.status(status);
    if (version != null) {
      response.eTag(IfMatch.tag(version));
    }
    return response.body(body);
  }

  private static String checked(List<String> keys) {
    String key = keys.getFirst();
    if (keys.size() > 1 || !WELL_FORMED.matcher(key).matches()) {
      throw ProblemException.badParameter(
          "invalid_idempotency_key", "Idempotency-Key takes 1 to 255 visible ASCII characters.");
    }
    return key;
  }

  /**
   * Under the pepper, because a body may hold a short secret that a plain digest would give away.
   */
  private List<KeyDigest> digests(ServerHttpRequest request, Object body) {
    String text =
        request.getMethod()
            + " "
            + request.getURI().getRawPath()
            + "\n"
            + new String(bodies.write(body), StandardCharsets.UTF_8);
    return digester.candidates(text);
  }

  /** What is asked for, and by whom. The first digest is the current pepper's. */
  record Attempt(String callerId, String key, List<KeyDigest> digests) {}

  /** What was answered, and to what. */
  record StoredAnswer(KeyDigest request, int status, @Nullable JsonNode body) {}
}
