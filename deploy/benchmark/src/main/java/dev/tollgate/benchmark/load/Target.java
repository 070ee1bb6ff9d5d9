package dev.tollgate.benchmark.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;

/**
 * Where requests go, and with which key.
 *
 * @param key presented as a bearer token
 */
public record Target(InetSocketAddress address, String key) {

  /** Where the requests say that they come from, as behind a proxy. */
  public static final String CLIENT_ADDRESS = "203.0.113.7";

  public static final String ORIGIN = "https://app.company.com";
  public static final String REFERER = "https://app.company.com/chat?tab=1";
  public static final String USER_AGENT = "OpenAI/Python 2.8.1";
  public static final String MODEL = "gpt-4o-mini";

  private static final String PATH = "/v1/chat/completions";
  private static final int HEAD_ROOM = 512;

  /**
   * The bytes of one chat completion request, to be duplicated for each sending.
   *
   * @param bodyBytes length of the body; at least as long as an empty conversation's
   */
  ByteBuf request(boolean streamed, int bodyBytes) {
    byte[] body = body(streamed, bodyBytes).getBytes(US_ASCII);
    String head =
        "POST "
            + PATH
            + " HTTP/1.1\r\nhost: 127.0.0.1:"
            + address.getPort()
            + "\r\nauthorization: Bearer "
            + key
            + "\r\nuser-agent: "
            + USER_AGENT
            + "\r\nx-forwarded-for: "
            + CLIENT_ADDRESS
            + "\r\nx-forwarded-proto: https\r\norigin: "
            + ORIGIN
            + "\r\nreferer: "
            + REFERER
            + "\r\naccept: application/json\r\n"
            + "accept-encoding: gzip, deflate\r\ncontent-type: application/json\r\n"
            + "x-stainless-lang: python\r\nx-stainless-retry-count: 0\r\ncontent-length: "
            + body.length
            + "\r\n\r\n";
    return Unpooled.unreleasableBuffer(
        Unpooled.directBuffer(HEAD_ROOM + body.length)
            .writeBytes(head.getBytes(US_ASCII))
            .writeBytes(body)
            .asReadOnly());
  }

  /** A small request as text, for whoever only wants to know whether it is answered. */
  public String requestText() {
    return request(false, 0).toString(US_ASCII);
  }

  private static String body(boolean streamed, int length) {
    String before =
        "{\"stream\":"
            + streamed
            + ",\"model\":\""
            + MODEL
            + "\",\"temperature\":0.2,\"messages\":[{\"role\":\"system\","
            + "\"content\":\"You are a helpful assistant.\"},{\"role\":\"user\",\"content\":\"";
    String after = "\"}],\"max_completion_tokens\":200}";
    int text = Math.max(0, length - before.length() - after.length());
    return before + "word ".repeat(text / 5 + 1).substring(0, text) + after;
  }
}
