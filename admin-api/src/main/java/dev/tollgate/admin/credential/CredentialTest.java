package dev.tollgate.admin.credential;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a provider took a credential. Nothing of the provider's answer is in it but the status.
 *
 * @param ok whether the provider accepted it
 * @param providerStatus null: no answer came
 * @param latencyMs from the call to the head of the answer, or to giving up
 * @param host where it was sent, as in {@code allowed_hosts}
 * @param valueVersion the version that was sent
 * @param error why it is not ok
 */
record CredentialTest(
    boolean ok,
    Status status,
    @Nullable Integer providerStatus,
    long latencyMs,
    Instant checkedAt,
    String host,
    int valueVersion,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Reason error) {

  /** What the call has shown. */
  enum Status {
    @JsonProperty("accepted")
    ACCEPTED,
    @JsonProperty("refused")
    REFUSED,
    /** An answer that says nothing of the credential. */
    @JsonProperty("inconclusive")
    INCONCLUSIVE,
    @JsonProperty("unreachable")
    UNREACHABLE
  }

  /** For programs and for people. */
  record Reason(String code, String message) {}
}
