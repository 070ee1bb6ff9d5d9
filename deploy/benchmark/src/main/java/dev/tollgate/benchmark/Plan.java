package dev.tollgate.benchmark;

import java.time.Duration;

/**
 * How long, how often, how much.
 *
 * @param warmUp of each subject when saturated, and half of it with streams; CPU time
 * @param longestWarmUp of each of these two, however busy its compiler still is
 * @param ramp of each load before its window
 * @param window that is measured
 * @param connections of non-streamed load
 * @param streams at the same time, one event each 10 ms
 * @param busyStreams that leave no core idle; 0 to leave that out
 * @param idleStreams that memory is counted over; 0 to leave that out
 * @param starts how often the start is measured
 * @param aim the time from the beginning by which the last round ends; where the machine is too
 *     slow for all of them there are fewer, one at least
 * @param limit of the whole run, after which it is broken off
 */
record Plan(
    int rounds,
    Duration warmUp,
    Duration longestWarmUp,
    Duration ramp,
    Duration window,
    int connections,
    int streams,
    int busyStreams,
    int idleStreams,
    int starts,
    Duration aim,
    Duration limit) {

  /** Of requests, as a chat with a short history has. */
  static final int BODY_BYTES = 1024;

  static final Duration EVENTS_APART = Duration.ofMillis(10);
  static final Duration BUSY_EVENTS_APART = Duration.ofMillis(20);
  static final int EVENTS = 200;
  static final int BUSY_EVENTS = 100;

  static Plan full() {
    return new Plan(
        5,
        seconds(12),
        seconds(40),
        seconds(1),
        seconds(5),
        64,
        200,
        1000,
        4000,
        3,
        seconds(420),
        seconds(600));
  }

  /** Enough to see whether something broke, not enough to believe a per cent. */
  static Plan quick() {
    return new Plan(
        2,
        seconds(6),
        seconds(12),
        Duration.ofMillis(500),
        Duration.ofMillis(2500),
        64,
        200,
        0,
        500,
        0,
        seconds(100),
        seconds(300));
  }

  /** One subject that is as warm as can be, whatever that takes. */
  static Plan profile() {
    return new Plan(
        1,
        seconds(40),
        seconds(200),
        seconds(1),
        seconds(5),
        64,
        200,
        0,
        0,
        0,
        seconds(0),
        seconds(900));
  }

  /** How the cost grows. */
  static Plan growth() {
    return new Plan(
        2,
        seconds(10),
        seconds(30),
        seconds(1),
        seconds(3),
        64,
        200,
        0,
        0,
        0,
        seconds(0),
        seconds(1800));
  }

  @SuppressWarnings("CanonicalDuration") // all in one unit
  private static Duration seconds(int count) {
    return Duration.ofSeconds(count);
  }
}
