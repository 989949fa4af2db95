package io.millrace.rig;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Forwards connections on loopback to a server, and cuts or pauses them when told to.
 *
 * <p>Cuts are counted only in replication streams: from the moment the client has sent a dump
 * command. Without TLS, so that packets can be told apart.
 *
 * <p><i>Threads:</i> any.
 */
public final class TcpProxy implements AutoCloseable {
  /** The limit of a connection that is not cut. */
  public static final long NEVER = Long.MAX_VALUE;

  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger dumps = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition resumed = lock.newCondition();
  private boolean paused;
  private boolean refusing;
  private volatile LongSupplier packetLimits = () -> NEVER;
  private volatile LongSupplier byteLimits = () -> NEVER;

  private TcpProxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** Starts a proxy before a port of loopback. */
  public static TcpProxy to(int target) {
    try {
      TcpProxy proxy =
          new TcpProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
      daemon("rig-proxy-accept", proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void daemon(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns the port to connect to. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Returns how many dump commands have passed. */
  public int dumps() {
    return dumps.get();
  }

  /**
   * Cuts replication streams: each later one is asked how many packets from the server may pass
   * behind its dump command before it is cut, or {@link #NEVER}.
   */
  public void cutAfterPackets(LongSupplier limits) {
    packetLimits = limits;
  }

  /** Cuts replication streams likewise after so many bytes, also in the middle of a packet. */
  public void cutAfterBytes(LongSupplier limits) {
    byteLimits = limits;
  }

  /** Cuts all connections there are. */
  public void cut() {
    for (Socket socket : open) {
      closeQuietly(socket);
    }
  }

  /** Stops forwarding what servers send, until {@link #resume()}; connections stay. */
  public void pause() {
    set(() -> paused = true);
  }

  /** Forwards again. */
  public void resume() {
    set(() -> paused = false);
  }

  /** Closes new connections at once, until {@link #admit()}. */
  public void refuse() {
    set(() -> refusing = true);
  }

  /** Admits new connections again. */
  public void admit() {
    set(() -> refusing = false);
  }

  private void set(Runnable change) {
    lock.lock();
    try {
      change.run();
      resumed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean refuses() {
    lock.lock();
    try {
      return refusing;
    } finally {
      lock.unlock();
    }
  }

  private void awaitResumed() {
    lock.lock();
    try {
      while (paused) {
        resumed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refuses()) {
          closeQuietly(client);
        } else {
          link(client);
        }
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void link(Socket client) throws IOException {
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException e) {
      closeQuietly(client);
      return;
    }
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    open.add(client);
    open.add(server);
    Link link = new Link(client, server);
    daemon("rig-proxy-up", link::up);
    daemon("rig-proxy-down", link::down);
  }

  private static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closeQuietly(listener);
    resume();
    cut();
  }

  /** One connection. */
  private final class Link {
    private static final int COM_BINLOG_DUMP = 0x12;
    private static final int COM_BINLOG_DUMP_GTID = 0x1e;

    private final Socket client;
    private final Socket server;
    private volatile boolean dumping;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void up() {
      byte[] buffer = new byte[1 << 16];
      try (InputStream in = client.getInputStream();
          OutputStream out = server.getOutputStream()) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (n > 4 && buffer[3] == 0 && isDump(buffer[4])) {
            dumps.incrementAndGet();
            dumping = true;
          }
          out.write(buffer, 0, n);
        }
      } catch (IOException e) {
        end();
        return;
      }
      end();
    }

    private boolean isDump(byte command) {
      return command == COM_BINLOG_DUMP || command == COM_BINLOG_DUMP_GTID;
    }

    void down() {
      byte[] buffer = new byte[1 << 16];
      PacketCounter counter = new PacketCounter();
      long bytes = 0;
      long packetLimit = NEVER;
      long byteLimit = NEVER;
      boolean counting = false;
      try (InputStream in = server.getInputStream();
          OutputStream out = client.getOutputStream()) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          awaitResumed();
          if (dumping && !counting) {
            counting = true;
            packetLimit = packetLimits.getAsLong();
            byteLimit = byteLimits.getAsLong();
          }
          int pass = n;
          if (counting) {
            pass = (int) Math.min(pass, byteLimit - bytes);
            pass = counter.take(buffer, pass, packetLimit);
            bytes += pass;
          }
          out.write(buffer, 0, pass);
          if (pass < n || counter.packets >= packetLimit || bytes >= byteLimit) {
            break;
          }
        }
      } catch (IOException e) {
        end();
        return;
      }
      end();
    }

    private void end() {
      open.remove(client);
      open.remove(server);
      closeQuietly(client);
      closeQuietly(server);
    }
  }

  /** Counts the packets of a byte stream: three bytes of length, one of sequence, the body. */
  private static final class PacketCounter {
    private long packets;
    private int headerBytes;
    private int length;
    private long rest;

    /** Takes bytes until the limit of packets is reached; returns how many it took. */
    int take(byte[] buffer, int size, long limit) {
      int at = 0;
      while (at < size && packets < limit) {
        if (rest == 0 && headerBytes < 4) {
          int value = buffer[at++] & 0xff;
          length |= headerBytes < 3 ? value << (8 * headerBytes) : 0;
          headerBytes++;
          if (headerBytes == 4) {
            rest = length;
          }
        } else {
          int step = (int) Math.min(rest, size - at);
          at += step;
          rest -= step;
        }
        if (headerBytes == 4 && rest == 0) {
          packets++;
          headerBytes = 0;
          length = 0;
        }
      }
      return at;
    }
  }
}
