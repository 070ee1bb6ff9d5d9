package dev.tollgate.deploy.e2e;

import static dev.tollgate.deploy.e2e.PolicyCall.chat;
import static dev.tollgate.deploy.e2e.PolicyTrial.allows;
import static dev.tollgate.deploy.e2e.PolicyTrial.forbids;
import static dev.tollgate.deploy.e2e.PolicyTrial.refuses;
import static java.util.Map.entry;

import dev.tollgate.deploy.e2e.PolicyCase.Decides;
import dev.tollgate.deploy.e2e.PolicyCase.Describes;
import dev.tollgate.deploy.e2e.PolicyCase.Does;
import java.util.List;
import java.util.Map;

/** Of {@code security}. */
final class SecurityCases {

  private static final String NETWORK = "/security/network_restrictions/";
  private static final String DOMAIN = "/security/domain_restrictions/";
  private static final String SIGNING = "/security/authentication/";
  private static final String AUDIT = "/security/audit/";
  private static final String SIGNATURE = SIGNING + "require_signature";
  private static final String TIMESTAMP = SIGNING + "require_timestamp";

  /** In what the trusted proxy says of the client. */
  private static final String CLIENT = "X-Forwarded-For: 203.0.113.9";

  private static final String HTTPS = "X-Forwarded-Proto: https";

  private static final String HMAC = "'HMAC-SHA256'";
  private static final String PATTERN = "'^App/[0-9]+'";
  private static final String AGENT = "user_agent_not_allowed";

  static final Map<String, PolicyCase> ALL =
      Map.ofEntries(
          entry(
              NETWORK + "ip_whitelist",
              Decides.everywhere(wire ->
                  List.of(
                      allows("in the list", "['127.0.0.2/31']", chat(wire).from("127.0.0.2")),
                      allows("behind a proxy", "['203.0.113.0/24']", proxied(wire)),
                      forbids("not in it", "['127.0.0.2/31']", chat(wire), "ip_not_allowed"),
                      forbids(
                          "forged",
                          "['203.0.113.0/24']",
                          chat(wire).with(CLIENT),
                          "ip_not_allowed")))),
          entry(
              NETWORK + "ip_blacklist",
              Decides.everywhere(wire ->
                  List.of(
                      allows("not in the list", "['127.0.0.2']", chat(wire)),
                      forbids(
                          "in it", "['127.0.0.2']", chat(wire).from("127.0.0.2"), "ip_not_allowed"),
                      forbids(
                          "behind a proxy",
                          "['203.0.113.0/24']",
                          proxied(wire),
                          "ip_not_allowed")))),
          entry(
              NETWORK + "require_https",
              Decides.everywhere(wire ->
                  List.of(
                      allows("said by a proxy", "true", proxied(wire).with(HTTPS)),
                      forbids("plain", "true", chat(wire), "https_required"),
                      forbids("forged", "true", chat(wire).with(HTTPS), "https_required")))),
          entry(
              NETWORK + "allowed_origins",
              header("['https://*.company.com']", "Origin: https://", "origin_not_allowed")),
          entry(
              NETWORK + "allowed_countries",
              Decides.everywhere(wire ->
                  List.of(
                      allows("of the list", "['DE']", chat(wire)),
                      forbids(
                          "another", "['DE']", chat(wire).from("127.0.0.3"), "country_not_allowed"),
                      forbids(
                          "unknown",
                          "['DE']",
                          chat(wire).from("127.0.0.2"),
                          "country_not_allowed")))),
          entry(
              NETWORK + "blocked_countries",
              Decides.everywhere(wire ->
                  List.of(
                      allows("another", "['US']", chat(wire)),
                      allows("unknown", "['US']", chat(wire).from("127.0.0.2")),
                      forbids(
                          "of the list",
                          "['US']",
                          chat(wire).from("127.0.0.3"),
                          "country_not_allowed")))),
          entry(
              DOMAIN + "allowed_domains",
              header("['*.company.com']", "Origin: https://", "domain_not_allowed")),
          entry(
              DOMAIN + "allowed_referrers",
              header("['https://app.company.com/*']", "Referer: https://", "referrer_not_allowed")),
          entry(
              DOMAIN + "user_agent_pattern",
              Decides.everywhere(wire ->
                  List.of(
                      allows("matching", PATTERN, chat(wire).with("User-Agent: App/12")),
                      forbids("none", PATTERN, chat(wire), AGENT),
                      forbids("another", PATTERN, chat(wire).with("User-Agent: Bot/1"), AGENT)))),
          entry(
              SIGNATURE,
              Decides.everywhere(wire ->
                  List.of(
                      allows("signed", "true", chat(wire).signed(Signature.right())),
                      refuses("not signed", "true", chat(wire), 401, "signature_missing")))),
          entry(
              SIGNING + "signature_algorithm",
              Decides.everywhere(wire ->
                  List.of(
                      allows("that", HMAC, chat(wire).signed(Signature.right()))
                          .beside(SIGNATURE, "true"),
                      refuses(
                              "another",
                              HMAC,
                              chat(wire).signed(Signature.by("HmacSHA512")),
                              401,
                              "signature_invalid")
                          .beside(SIGNATURE, "true")))),
          entry(
              TIMESTAMP,
              Decides.everywhere(wire ->
                  List.of(
                      allows("now", "true", chat(wire).signed(Signature.right())),
                      refuses("none", "true", chat(wire), 401, "signature_missing"),
                      refuses(
                          "long ago",
                          "true",
                          chat(wire).signed(Signature.aged(3600)),
                          401,
                          "timestamp_out_of_range")))),
          entry(
              SIGNING + "max_timestamp_age",
              Decides.everywhere(wire ->
                  List.of(
                      allows("not yet", "100", chat(wire).signed(Signature.aged(50)))
                          .beside(TIMESTAMP, "true"),
                      refuses(
                              "past it",
                              "100",
                              chat(wire).signed(Signature.aged(150)),
                              401,
                              "timestamp_out_of_range")
                          .beside(TIMESTAMP, "true")))),
          entry(
              SIGNING + "require_nonce",
              Decides.everywhere(wire ->
                  List.of(
                      allows("new", "true", chat(wire).signed(Signature.right())),
                      refuses(
                              "used before",
                              "true",
                              chat(wire).signed(Signature.right()),
                              401,
                              "nonce_replayed")
                          .twice()))),
          entry(
              AUDIT + "log_all_requests",
              new Does("leaves a row of every request", AuditEffects::logsAllRequests)),
          entry(
              AUDIT + "log_failures",
              new Does("leaves a row of every refusal", AuditEffects::logsFailures)),
          entry(
              AUDIT + "alert_on_suspicious",
              new Does("tells of a repeated nonce", AuditEffects::alerts)),
          entry(
              AUDIT + "retention_days",
              new Describes("what is stored ends after it, as RetentionIT shows", "90")));

  private SecurityCases() {}

  private static PolicyCall proxied(Wire wire) {
    return chat(wire).from(Bed.TRUSTED_PROXY).with(CLIENT);
  }

  /** A header that names a page of {@code app.company.com}, of another site, or is not there. */
  private static PolicyCase header(String allowed, String header, String code) {
    return Decides.everywhere(wire ->
        List.of(
            allows("allowed", allowed, chat(wire).with(header + "app.company.com" + path(header))),
            forbids("none", allowed, chat(wire), code),
            forbids(
                "another",
                allowed,
                chat(wire).with(header + "app.company.com.evil.example" + path(header)),
                code)));
  }

  private static String path(String header) {
    return header.startsWith("Referer") ? "/page" : "";
  }
}
