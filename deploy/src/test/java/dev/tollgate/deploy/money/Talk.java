package dev.tollgate.deploy.money;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One realtime conversation, and what its client hears. */
final class Talk implements WebSocket.Listener {

  private static final int PATIENCE_SECONDS = 20;

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final StringBuilder text = new StringBuilder();
  private final AtomicLong words = new AtomicLong();
  private final WebSocket socket;

  Talk(HttpClient client, URI gateway, String token, String model) {
    URI uri = gateway.resolve("/v1/realtime?model=" + model);
    this.socket =
        client
            .newWebSocketBuilder()
            .header("Authorization", "Bearer " + token)
            .buildAsync(URI.create(uri.toString().replace("http:", "ws:")), this)
            .join();
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      if (text.indexOf("response.output_text.delta") < 0) {
        heard.add(text.toString());
      } else {
        words.incrementAndGet();
      }
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    heard.add("closed " + code);
    return null;
  }

  /** Words that have come. */
  long words() {
    return words.get();
  }

  /** Asks for a turn beside all others. */
  void ask(long words) {
    ask(words, true);
  }

  /**
   * The same.
   *
   * @param ends else it only falls silent
   */
  void ask(long words, boolean ends) {
    socket
        .sendText(
            """
            {"type":"response.create","response":{"conversation":"none",\
            "metadata":{"words":"%d","ends":"%s"}}}\
            """
                .formatted(words, ends),
            true)
        .join();
  }

  /** The next event that is no word; {@code closed} and a code at the end. */
  String next() throws InterruptedException {
    return String.valueOf(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  /** Without a word. */
  void leave() {
    socket.abort();
  }
}
