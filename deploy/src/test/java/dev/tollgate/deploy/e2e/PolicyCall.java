package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as a client makes it, but for its key.
 *
 * @param wire in whose shape an error is expected
 * @param body with single quotes for double ones; empty for none
 * @param from the client's address, one of loopback; null for 127.0.0.1
 * @param signature null: not signed
 */
record PolicyCall(
    Wire wire,
    String method,
    String path,
    String body,
    List<String> headers,
    @Nullable String from,
    @Nullable Signature signature) {

  private static final String MODEL = "sim-plain";

  PolicyCall {
    headers = List.copyOf(headers);
  }

  /** What every key without a policy may ask. */
  static PolicyCall chat(Wire wire) {
    return chat(wire, "");
  }

  /**
   * @param members further members of the body, each with a comma before it
   */
  static PolicyCall chat(Wire wire, String members) {
    return post(wire, wire.path(MODEL, false), chatBody(wire, MODEL, text(wire), members));
  }

  static PolicyCall chatWithModel(Wire wire, String model) {
    return post(wire, wire.path(model, false), chatBody(wire, model, text(wire), ""));
  }

  static PolicyCall streamedChat(Wire wire) {
    String stream = wire == Wire.GEMINI ? "" : ",'stream':true";
    return post(wire, wire.path(MODEL, true), chatBody(wire, MODEL, text(wire), stream));
  }

  /**
   * @param part of the user's message, in the protocol's own form
   */
  static PolicyCall chatWithPart(Wire wire, String part) {
    return post(wire, wire.path(MODEL, false), chatBody(wire, MODEL, part, ""));
  }

  /** A chat through the provider's name in the path. */
  static PolicyCall passThrough(Wire wire) {
    return post(
        wire,
        "/" + wire.provider() + wire.path(MODEL, false),
        chatBody(wire, MODEL, text(wire), ""));
  }

  static PolicyCall post(Wire wire, String path, String body) {
    return new PolicyCall(wire, "POST", path, body, List.of(), null, null);
  }

  static PolicyCall get(Wire wire, String path, String... headers) {
    return new PolicyCall(wire, "GET", path, "", List.of(headers), null, null);
  }

  private static String text(Wire wire) {
    return wire == Wire.GEMINI ? "{'text':'hi'}" : "{'type':'text','text':'hi'}";
  }

  private static String chatBody(Wire wire, String model, String part, String members) {
    String messages = "'messages':[{'role':'user','content':[%s]}]%s".formatted(part, members);
    return switch (wire) {
      case OPENAI -> "{'model':'%s',%s}".formatted(model, messages);
      case ANTHROPIC -> "{'model':'%s','max_tokens':50,%s}".formatted(model, messages);
      case GEMINI -> "{'contents':[{'role':'user','parts':[%s]}]%s}".formatted(part, members);
    };
  }

  PolicyCall with(String... more) {
    List<String> all = new ArrayList<>(headers);
    all.addAll(List.of(more));
    return new PolicyCall(wire, method, path, body, all, from, signature);
  }

  PolicyCall from(String address) {
    return new PolicyCall(wire, method, path, body, headers, address, signature);
  }

  PolicyCall signed(Signature by) {
    return new PolicyCall(wire, method, path, body, headers, from, by);
  }

  /**
   * @param mark by which {@link Bed#upstreams} finds it
   */
  Reply send(Bed bed, Tenant.Key key, String mark) {
    byte[] bytes = body.replace('\'', '"').getBytes(UTF_8);
    List<String> all = new ArrayList<>(headers);
    all.add(wire.keyHeader(key.token()));
    all.add(Wire.mark(mark));
    if (!body.isEmpty()) {
      all.add("Content-Type: application/json");
      all.add("Content-Length: " + bytes.length);
    }
    if (signature != null) {
      all.addAll(signature.headers(method, path, bytes, key.signingSecret()));
    }
    String client = from == null ? "127.0.0.1" : from;
    return bed.httpFrom(client).exchange(method, path, bytes, all.toArray(String[]::new));
  }
}
