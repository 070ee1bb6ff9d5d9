package dev.tollgate.gateway.routing.internal;

import java.util.List;
import java.util.Set;

/**
 * The paths at which providers give out credentials of their own for use without the gateway:
 * tokens of browsers, signed addresses. What the provider's credential can do must not leave.
 */
final class CredentialOfPath {

  private static final Set<String> ANYWHERE =
      Set.of(
          "client_secrets",
          "auth_tokens",
          "authtokens",
          "single-use-token",
          "get-signed-url",
          "get_signed_url");

  private static final Set<String> SESSIONS = Set.of("sessions", "transcription_sessions");

  private static final Set<String> WITH_SESSIONS = Set.of("realtime", "realtimeapi", "chatkit");

  private CredentialOfPath() {}

  /** Whether the provider would answer with one, whatever the method. */
  static boolean isAskedFor(String rawPath) {
    List<String> segments = OperationOfPath.filledSegments(rawPath);
    for (int i = 1; i < segments.size(); i++) {
      String segment = segments.get(i);
      String before = segments.get(i - 1);
      if (ANYWHERE.contains(segment)
          || (SESSIONS.contains(segment) && WITH_SESSIONS.contains(before))
          || (segment.equals("token") && before.equals("conversation"))) {
        return true;
      }
    }
    return false;
  }
}
