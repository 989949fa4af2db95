package io.millrace.transport.jdkhttp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends bytes that may be a request, and looks at no more of the answer than it must. */
final class RawClient implements AutoCloseable {
  /** Stands for a connection that was closed without an answer. */
  static final int NONE = 0;

  private static final int LIMIT_MS = 20_000;

  private final InetSocketAddress address;
  private @Nullable Socket kept;
  private InputStream in = InputStream.nullInputStream();
  private Optional<String> location = Optional.empty();

  RawClient(InetSocketAddress address) {
    this.address = address;
  }

  /**
   * Returns the status of the answer, or {@link #NONE}.
   *
   * @param wellFramed whether the request ends where its headers say, so that the connection can be
   *     kept; else the end of the connection ends the request
   */
  int ask(byte[] request, boolean wellFramed) throws IOException {
    location = Optional.empty();
    Socket socket = kept == null || !wellFramed ? connect() : kept;
    try {
      socket.getOutputStream().write(request);
      if (!wellFramed) {
        socket.shutdownOutput();
      }
      boolean head =
          new String(request, 0, Math.min(5, request.length), ISO_8859_1).equals("HEAD ");
      int status = answer(head);
      if (!wellFramed) {
        close();
      }
      return status;
    } catch (EOFException | SocketException closed) {
      close();
      return NONE;
    }
  }

  private Socket connect() throws IOException {
    close();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(LIMIT_MS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    kept = socket;
    return socket;
  }

  private int answer(boolean head) throws IOException {
    int status = Integer.parseInt(line().split(" ", -1)[1]);
    int length = 0;
    boolean closes = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      String value = header.substring(colon + 1).strip();
      switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = Integer.parseInt(value);
        case "connection" -> closes = value.equalsIgnoreCase("close");
        case "location" -> location = Optional.of(value);
        default -> {}
      }
    }
    if (!head && in.readNBytes(length).length < length) {
      throw new EOFException();
    }
    if (closes) {
      close();
    }
    return status;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException();
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }

  /** Returns what the last answer says where something was created. */
  Optional<String> location() {
    return location;
  }

  @Override
  public void close() throws IOException {
    if (kept != null) {
      kept.close();
      kept = null;
    }
  }
}
