package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.redis.Precondition;
import dev.tollgate.gateway.redis.RedisLink;
import dev.tollgate.gateway.redis.RedisScript;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** The two scripts, in Java's words. They fail as {@link RedisLink#ask} does. */
final class PermitScripts {

  private static final String PREFIX = "tollgate:concurrency:";
  private static final String SELF = PREFIX + "epoch";
  private static final long OTHER_EPOCH = -1;

  private final RedisScript take;
  private final RedisScript keep;
  private final Pace pace;

  PermitScripts(RedisLink redis, Pace pace) {
    this.take = RedisScript.beside(PermitScripts.class, "take.lua", redis);
    this.keep = RedisScript.beside(PermitScripts.class, "keep.lua", redis);
    this.pace = pace;
  }

  /**
   * Answer to a question for permits.
   *
   * @param outcomes one for each claim; none: Redis is in another epoch
   * @param expired leases that have run out
   */
  record Taken(List<Outcome> outcomes, long expired) {}

  /**
   * What Redis knows of itself.
   *
   * @param epoch another one means that it may have forgotten permits
   */
  record Self(String epoch, long ageMillis) {}

  /** Takes back {@code released}, then grants {@code claims} in turn. */
  Mono<Taken> take(String epoch, List<Claim> claims, List<Claim> released) {
    Message message = new Message();
    message.say(epoch, Long.toString(pace.leaseMillis()), Integer.toString(released.size()));
    released.forEach(message::name);
    for (Claim claim : claims) {
      message.say(claim.id(), Integer.toString(claim.needs().size()));
      for (Need need : claim.needs()) {
        message.say(message.key(need), Long.toString(need.limit()));
      }
    }
    return take.run(message.keys, message.arguments).map(PermitScripts::taken);
  }

  /** Of all its permits or of none, so that one tells. */
  static Precondition granted(Claim claim) {
    return new Precondition(PREFIX + claim.needs().getFirst().subject(), claim.id());
  }

  private static Taken taken(List<Object> answer) {
    long expired = number(answer.getFirst());
    if (expired == OTHER_EPOCH) {
      return new Taken(List.of(), 0);
    }
    return new Taken(
        answer.stream().skip(1).map(full -> Outcome.full((int) number(full))).toList(), expired);
  }

  /** Renews what lives on, then takes back {@code released}. */
  Mono<Self> keep(List<Claim> renewed, List<Claim> released) {
    Message message = new Message();
    message.say(
        UUID.randomUUID().toString(),
        Long.toString(pace.leaseMillis()),
        Long.toString(pace.silenceMillis()),
        Integer.toString(renewed.size()));
    renewed.forEach(message::name);
    released.forEach(message::name);
    return keep.run(message.keys, message.arguments)
        .map(answer -> new Self((String) answer.getFirst(), number(answer.getLast())));
  }

  private static long number(Object value) {
    return (Long) value;
  }

  private static final class Message {

    private final List<String> keys = new ArrayList<>(List.of(SELF));
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();

    void say(String... words) {
      arguments.addAll(List.of(words));
    }

    void name(Claim claim) {
      say(claim.id(), Integer.toString(claim.needs().size()));
      claim.needs().forEach(need -> say(key(need)));
    }

    /** The place of the subject's key, counted from 1 as Lua does. */
    String key(Need need) {
      int place =
          places.computeIfAbsent(
              need.subject(),
              subject -> {
                keys.add(PREFIX + subject);
                return keys.size();
              });
      return Integer.toString(place);
    }
  }
}
