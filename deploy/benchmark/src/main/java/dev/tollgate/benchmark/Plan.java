package dev.tollgate.benchmark;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * How long, how often, how much.
 *
 * @param measures that the run consists of
 * @param ramp of each load before its window
 * @param window that is measured
 * @param connections of non-streamed load
 * @param streams at the same time, one event each 10 ms
 * @param idleStreams that memory is counted over, as far as descriptors allow
 * @param starts how often the start is measured
 * @param aim the time from the beginning by which the last round ends; where the machine is too
 *     slow for all of them there are fewer, one at least
 * @param limit of the whole run, after which it is broken off
 */
record Plan(
    Set<Measure> measures,
    int rounds,
    WarmUp warmUp,
    Duration ramp,
    Duration window,
    int connections,
    int streams,
    int idleStreams,
    int starts,
    Duration aim,
    Duration limit) {

  /** Of requests, as a chat with a short history has. */
  static final int BODY_BYTES = 1024;

  static final Duration EVENTS_APART = Duration.ofMillis(10);
  static final Duration BUSY_EVENTS_APART = Duration.ofMillis(20);
  static final Duration QUIET_EVENTS_APART = Duration.ofMillis(20);
  static final int EVENTS = 200;
  static final int BUSY_EVENTS = 100;
  static final int QUIET_EVENTS = 10;

  /** More than one core can do. */
  static final int BUSY_STREAMS = 1_000;

  /** A hundredth of a core, about. */
  static final int QUIET_STREAMS = 10;

  static final int MOST_IDLE_STREAMS = 10_000;

  private static final Duration LONGEST = Duration.ofMinutes(100);

  /**
   * When a JVM counts as warm: after so much CPU time, or earlier where its compiler has come to
   * rest.
   *
   * @param cpu of its process, under both kinds of load together
   * @param leastCpu with a compiler at rest
   * @param longest time that this may take
   */
  record WarmUp(Duration cpu, Duration leastCpu, Duration longest) {

    /** The compiler's share of the process's CPU at which it is at rest. */
    static final double AT_REST = 0.05;

    /** Of a part of it. */
    WarmUp part(double share) {
      return new WarmUp(times(cpu, share), times(leastCpu, share), times(longest, share));
    }

    private static Duration times(Duration whole, double share) {
      return Duration.ofMillis((long) (whole.toMillis() * share));
    }
  }

  static Plan full() {
    return new Plan(
        EnumSet.range(Measure.SATURATED, Measure.STARTS),
        5,
        new WarmUp(seconds(60), seconds(30), seconds(140)),
        seconds(1),
        seconds(4),
        64,
        200,
        MOST_IDLE_STREAMS,
        3,
        seconds(430),
        seconds(600));
  }

  /** Enough to see whether something broke, not enough to believe a per cent. */
  static Plan quick() {
    return new Plan(
        EnumSet.of(Measure.SATURATED, Measure.HALF, Measure.STREAMS, Measure.IDLE),
        2,
        new WarmUp(seconds(14), seconds(8), seconds(30)),
        Duration.ofMillis(500),
        Duration.ofMillis(2500),
        64,
        200,
        500,
        0,
        seconds(100),
        seconds(300));
  }

  /** One subject that is as warm as can be, whatever that takes. */
  static Plan profile() {
    return new Plan(
        EnumSet.noneOf(Measure.class),
        1,
        new WarmUp(seconds(90), seconds(60), seconds(400)),
        seconds(1),
        seconds(5),
        64,
        200,
        0,
        0,
        seconds(0),
        seconds(900));
  }

  /** How the cost grows. */
  static Plan growth() {
    return new Plan(
        EnumSet.range(Measure.BODIES, Measure.ROUTES),
        3,
        new WarmUp(seconds(60), seconds(30), seconds(180)),
        seconds(1),
        seconds(4),
        64,
        200,
        0,
        0,
        seconds(0),
        seconds(2400));
  }

  boolean has(Measure measure) {
    return measures.contains(measure);
  }

  /**
   * The same warm-up and windows for some measures only, as long as they take.
   *
   * @throws IllegalArgumentException if one is no part of this plan
   */
  Plan only(Set<Measure> some) {
    if (!measures.containsAll(some)) {
      throw new IllegalArgumentException("this run has only " + measures);
    }
    return new Plan(
        some,
        rounds,
        warmUp,
        ramp,
        window,
        connections,
        streams,
        idleStreams,
        starts,
        LONGEST,
        LONGEST);
  }

  /** So many rounds (and starts, where those are measured), as long as they take. */
  Plan rounds(int count) {
    return new Plan(
        measures,
        count,
        warmUp,
        ramp,
        window,
        connections,
        streams,
        idleStreams,
        starts == 0 ? 0 : count,
        LONGEST,
        LONGEST);
  }

  @SuppressWarnings("CanonicalDuration") // all in one unit
  private static Duration seconds(int count) {
    return Duration.ofSeconds(count);
  }
}
