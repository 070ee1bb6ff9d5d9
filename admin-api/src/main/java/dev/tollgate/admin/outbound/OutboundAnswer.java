package dev.tollgate.admin.outbound;

/** What became of a call. */
public sealed interface OutboundAnswer {

  /** An HTTP answer; of it only the status, since a provider's text may repeat a secret. */
  record Answered(int status) implements OutboundAnswer {}

  /** None came. */
  record Unanswered(Reason reason) implements OutboundAnswer {}

  /** Why no answer came. */
  enum Reason {
    /** The host's address is neither public nor allowed. */
    ADDRESS_REFUSED,
    /** No connection, or one that broke, or something that is not HTTP. */
    NO_CONNECTION,
    /** The host's certificate cannot be trusted, or there is no common TLS. */
    NOT_TRUSTED,
    /** The connection or the answer took too long. */
    TOO_SLOW
  }
}
