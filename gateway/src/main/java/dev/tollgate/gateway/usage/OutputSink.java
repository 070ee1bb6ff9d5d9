package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.tokens.OutputTokens;

/** Takes what of an answer has a {@linkplain UsageField#isOutput() meaning as output}. */
interface OutputSink {

  /** A value of this meaning comes next. */
  void begin(UsageField field);

  /** Takes bytes of a JSON string, without its quotes, or of other JSON. */
  void text(byte[] bytes, int from, int to);

  /** The string, or the other JSON, has ended. */
  void textEnded();

  /** Counts all of it as what the model wrote. */
  static OutputSink counting(OutputTokens passed) {
    return new OutputSink() {
      @Override
      public void begin(UsageField field) {
        if (field == UsageField.OUTPUT_CALL) {
          passed.call();
        }
      }

      @Override
      public void text(byte[] bytes, int from, int to) {
        passed.text(bytes, from, to);
      }

      @Override
      public void textEnded() {
        passed.textEnded();
      }
    };
  }
}
