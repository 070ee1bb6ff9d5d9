package dev.tollgate.deploy.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * The way from a gateway to its database, which can be cut and frozen without harm to the database
 * or to anybody else who uses it.
 */
final class DatabaseLink implements AutoCloseable {

  private final int databasePort;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Semaphore moving = new Semaphore(1);
  private volatile ServerSocket server;

  DatabaseLink(int databasePort) {
    this.databasePort = databasePort;
    this.server = listen(0);
    this.port = server.getLocalPort();
    accept(server);
  }

  int port() {
    return port;
  }

  /** Connections break and new ones are refused, as when the database is stopped. */
  void cut() {
    close(server);
    sockets.forEach(DatabaseLink::close);
    sockets.clear();
  }

  void restore() {
    server = listen(port);
    accept(server);
  }

  /** Connections stay and new ones are taken, but nothing moves, as when it is paused. */
  void freeze() {
    moving.acquireUninterruptibly();
  }

  void thaw() {
    moving.release();
  }

  @Override
  public void close() {
    cut();
  }

  private static ServerSocket listen(int port) {
    try {
      ServerSocket server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket listening) {
    Thread.ofVirtual()
        .start(() -> {
          while (!listening.isClosed()) {
            connect(listening);
          }
        });
  }

  private void connect(ServerSocket listening) {
    try {
      Socket client = listening.accept();
      Socket database = new Socket(InetAddress.getLoopbackAddress(), databasePort);
      sockets.add(client);
      sockets.add(database);
      Thread.ofVirtual().start(() -> move(client, database));
      Thread.ofVirtual().start(() -> move(database, client));
    } catch (IOException e) {
      close(listening);
    }
  }

  private void move(Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        moving.acquireUninterruptibly();
        moving.release();
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      sockets.remove(from);
    }
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
