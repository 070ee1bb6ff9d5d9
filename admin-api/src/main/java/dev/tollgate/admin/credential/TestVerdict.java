package dev.tollgate.admin.credential;

import dev.tollgate.admin.credential.CredentialTest.Reason;
import dev.tollgate.admin.credential.CredentialTest.Status;
import dev.tollgate.admin.outbound.OutboundAnswer;
import dev.tollgate.admin.outbound.OutboundAnswer.Answered;
import dev.tollgate.admin.outbound.OutboundAnswer.Unanswered;
import dev.tollgate.admin.provider.TestCall;
import org.jspecify.annotations.Nullable;

/** What a provider's answer to a test call says of the credential. */
record TestVerdict(Status status, @Nullable Integer providerStatus, @Nullable Reason reason) {

  static TestVerdict of(OutboundAnswer answer, TestCall call) {
    return switch (answer) {
      case Answered(int status) -> answered(status, call);
      case Unanswered(var reason) -> new TestVerdict(Status.UNREACHABLE, null, unreachable(reason));
    };
  }

  private static TestVerdict answered(int status, TestCall call) {
    if (status >= 200 && status < 300) {
      return new TestVerdict(Status.ACCEPTED, status, null);
    }
    return call.refusedBy(status)
        ? new TestVerdict(
            Status.REFUSED,
            status,
            new Reason("credential_refused", "The provider does not accept the credential."))
        : new TestVerdict(Status.INCONCLUSIVE, status, inconclusive(status));
  }

  private static Reason inconclusive(int status) {
    return status == 429
        ? new Reason("rate_limited", "The provider takes no further call for now.")
        : new Reason("unexpected_answer", "The answer says nothing of the credential.");
  }

  private static Reason unreachable(OutboundAnswer.Reason reason) {
    return switch (reason) {
      case ADDRESS_REFUSED ->
          new Reason(
              "host_not_allowed",
              "The host's address is neither public nor in a network that the operator allows.");
      case NO_CONNECTION -> new Reason("provider_unavailable", "The provider gave no HTTP answer.");
      case NOT_TRUSTED ->
          new Reason("tls_failed", "The host's certificate cannot be trusted, or TLS failed.");
      case TOO_SLOW -> new Reason("provider_timeout", "The provider did not answer in time.");
    };
  }
}
