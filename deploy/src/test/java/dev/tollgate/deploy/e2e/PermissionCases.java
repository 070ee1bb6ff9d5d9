package dev.tollgate.deploy.e2e;

import static dev.tollgate.deploy.e2e.PolicyCall.chat;
import static dev.tollgate.deploy.e2e.PolicyCall.chatWithModel;
import static dev.tollgate.deploy.e2e.PolicyCall.get;
import static dev.tollgate.deploy.e2e.PolicyTrial.allows;
import static dev.tollgate.deploy.e2e.PolicyTrial.forbids;
import static java.util.Map.entry;

import dev.tollgate.deploy.e2e.PolicyCase.Decides;
import dev.tollgate.deploy.e2e.PolicyCase.Does;
import java.util.List;
import java.util.Map;

/** Of the other blocks of {@code permissions}. */
final class PermissionCases {

  private static final String MODELS = "/permissions/models/";
  private static final String DATA = "/permissions/data_access/";
  private static final String ROUTING = "/permissions/routing/";

  private static final String MODEL = "model_not_allowed";
  private static final String OPERATION = "operation_not_allowed";
  private static final String PROVIDER = "provider_not_allowed";

  static final Map<String, PolicyCase> ALL =
      Map.ofEntries(
          entry(
              MODELS + "allowed",
              Decides.everywhere(wire ->
                  List.of(
                      allows("in the list", "['sim-a*']", chatWithModel(wire, "sim-a1")),
                      forbids("not in it", "['sim-a*']", chatWithModel(wire, "sim-b1"), MODEL),
                      forbids("empty list", "[]", chatWithModel(wire, "sim-a1"), MODEL)))),
          entry(
              MODELS + "denied",
              Decides.everywhere(wire ->
                  List.of(
                      allows("not in the list", "['sim-a*']", chatWithModel(wire, "sim-b1")),
                      forbids("in it", "['sim-a*']", chatWithModel(wire, "sim-a1"), MODEL),
                      forbids("upper case", "['sim-a*']", chatWithModel(wire, "SIM-A1"), MODEL)))),
          entry(
              "/permissions/operations",
              Decides.everywhere(wire ->
                  List.of(
                      allows("writing", "['write']", chat(wire)),
                      forbids("writing", "['read']", chat(wire), OPERATION),
                      forbids("reading", "['write']", models(wire), OPERATION)))),
          entry(
              ROUTING + "allowed_providers",
              Decides.everywhere(wire ->
                  List.of(
                      allows("own", "['%s']".formatted(wire.provider()), chat(wire)),
                      forbids("none", "[]", chat(wire), PROVIDER),
                      forbids("another", "['mistral']", chat(wire), PROVIDER)))),
          entry(
              ROUTING + "force_provider",
              Decides.everywhere(wire ->
                  List.of(
                      allows("own", "'%s'".formatted(wire.provider()), chat(wire)),
                      forbids("another", "'mistral'", chat(wire), PROVIDER)))),
          entry(
              "/permissions/require_approval",
              Decides.everywhere(wire ->
                  List.of(
                      allows("not asked for", "false", chat(wire)),
                      forbids("not given", "true", chat(wire), "approval_required")))),
          entry("/permissions/inherit_from", new PolicyCase.Brings(PolicyLevel.TEMPLATE)),
          entry(
              DATA + "log_requests",
              new Does("keeps what was asked", PolicyEffects.keeps("log_requests", "request"))),
          entry(
              DATA + "log_responses",
              new Does("keeps the answer", PolicyEffects.keeps("log_responses", "response"))),
          entry(
              DATA + "export_data",
              new Does("shows a key its own usage", PolicyEffects::exportsItsUsage)),
          entry(
              DATA + "delete_data",
              new Does("lets a key delete its own usage", PolicyEffects::deletesItsUsage)));

  private PermissionCases() {}

  private static PolicyCall models(Wire wire) {
    return switch (wire) {
      case OPENAI -> get(wire, "/v1/models");
      case ANTHROPIC -> get(wire, "/v1/models", "anthropic-version: 2023-06-01");
      case GEMINI -> get(wire, "/v1beta/models");
    };
  }
}
