package dev.tollgate.deploy.simulator;

/** How an answer ends once its frames are out. */
public enum Ending {
  /** Properly: the last chunk, or the announced length. */
  COMPLETE,
  /** The connection is closed without the last chunk. */
  ABORT,
  /** The connection is reset (TCP RST). */
  RESET,
  /** Never: the connection stays open and silent until the client leaves. */
  STALL
}
