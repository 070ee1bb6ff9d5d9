package dev.tollgate.deploy.launcher;

import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * A network in CIDR notation, checked here so that a slip is told at the command line and not by an
 * application that does not start.
 */
record Network(String cidr) {

  /** The platform also reads 10.1 and 167772161 as addresses; nobody means these. */
  private static final Pattern DOTTED = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  Network {
    int slash = cidr.indexOf('/');
    String address = slash < 0 ? cidr : cidr.substring(0, slash);
    int bits = addressBits(address);
    if (slash >= 0 && !isPrefix(cidr.substring(slash + 1), bits)) {
      throw new IllegalArgumentException("the prefix must be 0 to " + bits);
    }
  }

  /** Reads literals only: nothing here asks a name server. */
  private static int addressBits(String address) {
    boolean written = address.indexOf(':') >= 0 || DOTTED.matcher(address).matches();
    if (!written || address.indexOf('%') >= 0) {
      throw new IllegalArgumentException("not an address");
    }
    return InetAddress.ofLiteral(address).getAddress().length * 8;
  }

  private static boolean isPrefix(String text, int bits) {
    return text.matches("[0-9]{1,3}") && Integer.parseInt(text) <= bits;
  }
}
