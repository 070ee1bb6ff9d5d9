package dev.tollgate.deploy.simulator;

import java.time.Duration;

/**
 * How the frames of an answer leave.
 *
 * @param betweenFrames the pause before each frame but the first; zero for none
 * @param ending what happens after the last frame
 * @param stallBeforeHead nothing leaves at all, not even the status
 * @param raw the frames go to the socket as they are, without HTTP around them
 * @param ignoreCancel generating goes on, and counts, after the client has left
 */
public record Delivery(
    Duration betweenFrames,
    Ending ending,
    boolean stallBeforeHead,
    boolean raw,
    boolean ignoreCancel) {

  public static final Delivery PROMPT =
      new Delivery(Duration.ZERO, Ending.COMPLETE, false, false, false);

  public Delivery paced(Duration pause) {
    return new Delivery(pause, ending, stallBeforeHead, raw, ignoreCancel);
  }

  public Delivery ending(Ending other) {
    return new Delivery(betweenFrames, other, stallBeforeHead, raw, ignoreCancel);
  }

  Delivery stalledBeforeHead() {
    return new Delivery(betweenFrames, ending, true, raw, ignoreCancel);
  }

  Delivery rawBytes() {
    return new Delivery(betweenFrames, ending, stallBeforeHead, true, ignoreCancel);
  }

  Delivery ignoringCancel() {
    return new Delivery(betweenFrames, ending, stallBeforeHead, raw, true);
  }
}
