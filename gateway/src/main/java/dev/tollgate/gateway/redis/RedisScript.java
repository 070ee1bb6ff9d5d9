package dev.tollgate.gateway.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.reactive.RedisReactiveCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A Lua script that Redis runs as one step, asked for by its hash: one round trip. */
public final class RedisScript {

  private static final String[] NO_NAMES = {};

  private final RedisLink redis;
  private final String text;
  private final String hash;

  private RedisScript(RedisLink redis, String text) {
    this.redis = redis;
    this.text = text;
    this.hash = sha1(text);
  }

  /** The script {@code file} that lies beside {@code owner} on the class path. */
  public static RedisScript beside(Class<?> owner, String file, RedisLink redis) {
    try (InputStream script = owner.getResourceAsStream(file)) {
      if (script == null) {
        throw new IllegalStateException("no script " + file + " beside " + owner.getName());
      }
      return new RedisScript(redis, new String(script.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs it and emits the list that it returns: numbers as {@link Long}, texts as {@link String}.
   * Fails as {@link RedisLink#ask} does.
   *
   * @param keys all that the script touches
   */
  public Mono<List<Object>> run(List<String> keys, List<String> arguments) {
    return redis.ask(commands -> run(commands, keys, arguments));
  }

  /**
   * As {@link #run(List, List)}.
   *
   * @param late is given what the script returned where that came too late: what it did is done
   */
  public Mono<List<Object>> run(
      List<String> keys, List<String> arguments, Consumer<List<Object>> late) {
    return Mono.create(sink -> {
      // Set by whoever comes first: the answer, or the end of all interest in it. A timeout behind
      // this would drop an answer that comes at the same moment.
      AtomicBoolean decided = new AtomicBoolean();
      sink.onCancel(() -> decided.set(true));
      sink.onDispose(
          Mono.delay(redis.timeout())
              .filter(now -> decided.compareAndSet(false, true))
              .subscribe(now -> sink.error(new TimeoutException("no answer in time"))));
      var _ =
          redis
              .put(commands -> run(commands, keys, arguments))
              .subscribe(
                  answer -> {
                    if (decided.compareAndSet(false, true)) {
                      sink.success(answer);
                    } else {
                      late.accept(answer);
                    }
                  },
                  failure -> {
                    if (decided.compareAndSet(false, true)) {
                      sink.error(failure);
                    }
                  },
                  sink::success);
    });
  }

  private Mono<List<Object>> run(
      RedisReactiveCommands<String, String> commands, List<String> keys, List<String> arguments) {
    String[] names = keys.toArray(NO_NAMES);
    String[] values = arguments.toArray(NO_NAMES);
    return known(commands, names, values)
        .onErrorResume(RedisNoScriptException.class, unknown -> sent(commands, names, values))
        .next();
  }

  private Flux<List<Object>> known(
      RedisReactiveCommands<String, String> commands, String[] keys, String[] arguments) {
    return commands.evalsha(hash, ScriptOutputType.MULTI, keys, arguments);
  }

  /** A Redis that has been started since does not know it any more. */
  private Flux<List<Object>> sent(
      RedisReactiveCommands<String, String> commands, String[] keys, String[] arguments) {
    return commands.eval(text, ScriptOutputType.MULTI, keys, arguments);
  }

  /** Redis names scripts by it; nothing is kept safe by it. */
  private static String sha1(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
