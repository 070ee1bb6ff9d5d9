package dev.tollgate.gateway.traffic;

import java.util.ArrayList;
import java.util.List;

/** What {@code take.lua} gives. */
record RedisReply(List<Object> values) {

  private static final int HEAD = 2;
  private static final int EACH = 6;

  enum Status {
    TAKEN,
    REFUSED,
    UNKNOWN,
    LATE,
    NOT_HELD
  }

  Status status() {
    return switch ((int) number(0)) {
      case 0 -> Status.TAKEN;
      case 1 -> Status.REFUSED;
      case 2 -> Status.UNKNOWN;
      case 3 -> Status.LATE;
      case 4 -> Status.NOT_HELD;
      default -> throw new IllegalStateException("the script gave " + values);
    };
  }

  /** The time on its clock. */
  long micros() {
    return number(1);
  }

  List<Standing> standings() {
    List<Standing> standings = new ArrayList<>();
    for (int at = HEAD; at < values.size(); at += EACH) {
      standings.add(new Standing(number(at), number(at + 1) * 1000));
    }
    return standings;
  }

  /** 0: now; below 0: never. */
  long waitMicros(int limit) {
    return number(HEAD + EACH * limit + 2);
  }

  long window(int limit) {
    return number(HEAD + EACH * limit + 3);
  }

  /** Whether what was used of it before is not known. */
  boolean isUnseeded(int limit) {
    return number(HEAD + EACH * limit + 4) != 0;
  }

  /** When it was begun on this Redis, in microseconds; 0 of a bucket. */
  long born(int limit) {
    return number(HEAD + EACH * limit + 5);
  }

  private long number(int index) {
    return (Long) values.get(index);
  }
}
