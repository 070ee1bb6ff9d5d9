package dev.tollgate.benchmark.load;

import io.netty.buffer.ByteBuf;

/** Follows the answers that come over one connection, on its event loop. */
interface AnswerListener {

  void head(int status);

  /**
   * Some bytes of the body.
   *
   * @param part only during the call
   */
  void body(ByteBuf part);

  /** The answer has ended; the connection is free. */
  void end();

  /** The connection is gone, with an answer under way or without. */
  void lost(Throwable cause);
}
