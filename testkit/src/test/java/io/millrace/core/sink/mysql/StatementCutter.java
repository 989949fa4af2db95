package io.millrace.core.sink.mysql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;

/**
 * Forwards connections to a server, and cuts some of them at chosen statements: before the server
 * has got the statement, or when it has done it and the client does not know.
 *
 * <p><i>Threads:</i> any.
 */
final class StatementCutter implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final BiPredicate<String, String> cuts;
  private final boolean before;
  private final Runnable action;
  private final AtomicInteger cut = new AtomicInteger();

  /**
   * Starts.
   *
   * @param cuts told the statement before in the connection, and the one that comes
   * @param before whether the statement itself is held back; else its answer is
   * @param action done before anything of the cut is seen
   */
  StatementCutter(int target, BiPredicate<String, String> cuts, boolean before, Runnable action) {
    this.target = target;
    this.cuts = cuts;
    this.before = before;
    this.action = action;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(body, "statement-cutter");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Returns how many connections were cut. */
  int cuts() {
    return cut.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Link link = new Link(client, server);
        daemon(link::up);
        daemon(link::down);
      } catch (IOException e) {
        close();
      }
    }
  }

  /** A client's connection. */
  private final class Link {
    private final Socket client;
    private final Socket server;
    private volatile boolean cutting;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void up() {
      byte[] buffer = new byte[1 << 16];
      String last = "";
      try (client;
          server) {
        InputStream in = client.getInputStream();
        for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
          String text = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
          boolean wanted = cuts.test(last, text);
          last = text;
          if (wanted && before) {
            cut();
            return;
          }
          cutting = wanted;
          server.getOutputStream().write(buffer, 0, read);
        }
      } catch (IOException e) {
        return;
      }
    }

    void down() {
      byte[] buffer = new byte[1 << 16];
      try (client;
          server) {
        InputStream in = server.getInputStream();
        for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
          if (cutting) {
            cut();
            return;
          }
          client.getOutputStream().write(buffer, 0, read);
        }
      } catch (IOException e) {
        return;
      }
    }

    private void cut() {
      action.run();
      cut.incrementAndGet();
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
