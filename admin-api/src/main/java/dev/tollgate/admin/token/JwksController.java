package dev.tollgate.admin.token;

import dev.tollgate.admin.access.OpenToAll;
import dev.tollgate.crypto.token.Jwks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The public keys by which anybody can verify a project token. */
@RestController
class JwksController {
  private static final Duration CACHEABLE = Duration.ofMinutes(5);

  private final TokenKeys keys;

  JwksController(TokenKeys keys) {
    this.keys = keys;
  }

  @OpenToAll("public keys are public")
  @GetMapping(path = "/.well-known/jwks.json", produces = MediaType.APPLICATION_JSON_VALUE)
  Mono<ResponseEntity<byte[]>> jwks() {
    return keys.published().map(Jwks::render).map(JwksController::cacheable);
  }

  private static ResponseEntity<byte[]> cacheable(String jwks) {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(CACHEABLE).cachePublic())
        .body(jwks.getBytes(StandardCharsets.UTF_8));
  }
}
