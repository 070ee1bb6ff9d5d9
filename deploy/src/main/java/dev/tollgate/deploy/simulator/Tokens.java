package dev.tollgate.deploy.simulator;

/**
 * The usage of one answer.
 *
 * @param cached part of input
 * @param reasoning part of output
 */
record Tokens(int input, int output, int cached, int reasoning) {
  int total() {
    return input + output;
  }
}
