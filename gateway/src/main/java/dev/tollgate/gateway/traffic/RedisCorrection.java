package dev.tollgate.gateway.traffic;

import java.util.ArrayList;
import java.util.List;

/** Changes of what was taken of limits of one organization, in the words of {@code correct.lua}. */
final class RedisCorrection {

  private static final String TOLD = "tollgate:told:";

  private final String organizationId;
  private final List<String> keys = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();

  /**
   * @param latest moment at which it may be done; 0: any
   */
  RedisCorrection(String organizationId, long latest) {
    this.organizationId = organizationId;
    arguments.add(Long.toString(latest));
  }

  void add(String kind, long change, TrafficLimit limit, long window, long born, long taken) {
    keys.add(RedisQuestion.key(organizationId, limit));
    arguments.add(kind);
    arguments.add(Long.toString(change));
    arguments.add(Long.toString(limit.capacity()));
    arguments.add(Long.toString(RedisQuestion.micros(limit)));
    arguments.add(Long.toString(window));
    arguments.add(Long.toString(born));
    arguments.add(Long.toString(taken));
  }

  /** What was taken without Redis. */
  void add(UntoldUse use, long now) {
    boolean isWindow = use.limit().kind().shape() == LimitKind.Shape.WINDOW;
    add(isWindow ? "t" : "b", use.whole(now), use.limit(), use.window(), use.micros(), 0);
  }

  /** The last call: it is done once, however often it comes before another number does. */
  void once(String sender, long number) {
    keys.add(TOLD + '{' + organizationId + "}:" + sender);
    arguments.add(Long.toString(number));
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  List<String> keys() {
    return keys;
  }

  List<String> arguments() {
    return arguments;
  }
}
