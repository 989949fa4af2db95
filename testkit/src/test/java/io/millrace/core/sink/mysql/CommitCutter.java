package io.millrace.core.sink.mysql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * Forwards connections to a server, and cuts some of them between a COMMIT and its answer: the
 * server has committed, the client does not know.
 *
 * <p><i>Threads:</i> any.
 */
final class CommitCutter implements AutoCloseable {
  private static final String COMMIT = "\u0003COMMIT";

  private final ServerSocket listener;
  private final int target;
  private final IntPredicate cuts;
  private final AtomicInteger commits = new AtomicInteger();
  private final AtomicInteger cut = new AtomicInteger();

  /**
   * Starts.
   *
   * @param cuts whether the answer to the n-th COMMIT is cut off
   */
  CommitCutter(int target, IntPredicate cuts) {
    this.target = target;
    this.cuts = cuts;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  private static void daemon(Runnable body) {
    Thread thread = new Thread(body, "commit-cutter");
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
      try (client;
          server) {
        InputStream in = client.getInputStream();
        for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
          String text = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
          cutting = text.endsWith(COMMIT) && cuts.test(commits.incrementAndGet());
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
            cut.incrementAndGet();
            return;
          }
          client.getOutputStream().write(buffer, 0, read);
        }
      } catch (IOException e) {
        return;
      }
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
