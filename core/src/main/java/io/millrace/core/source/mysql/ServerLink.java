package io.millrace.core.source.mysql;

import com.github.shyiko.mysql.binlog.network.AuthenticationException;
import com.github.shyiko.mysql.binlog.network.Authenticator;
import com.github.shyiko.mysql.binlog.network.ClientCapabilities;
import com.github.shyiko.mysql.binlog.network.ServerException;
import com.github.shyiko.mysql.binlog.network.protocol.ErrorPacket;
import com.github.shyiko.mysql.binlog.network.protocol.GreetingPacket;
import com.github.shyiko.mysql.binlog.network.protocol.PacketChannel;
import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import com.github.shyiko.mysql.binlog.network.protocol.command.QueryCommand;
import com.github.shyiko.mysql.binlog.network.protocol.command.SSLRequestCommand;
import io.millrace.api.CdcException;
import io.millrace.api.StandardErrorCode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One authenticated connection to the upstream: queries with small results, or a dump.
 *
 * <p><i>Threads:</i> one at a time; {@link #close} from any.
 */
final class ServerLink implements AutoCloseable {
  private static final int ERROR = 0xff;

  private final Socket socket;
  private final PacketChannel channel;
  private final String version;

  private ServerLink(Socket socket, PacketChannel channel, String version) {
    this.socket = socket;
    this.channel = channel;
    this.version = version;
  }

  /**
   * Connects and logs in.
   *
   * @throws IOException if the server does not answer
   * @throws CdcException {@link StandardErrorCode#SOURCE_SETTINGS} if it refuses the user; {@link
   *     StandardErrorCode#SOURCE_URI_INVALID} if TLS cannot be set up as wanted
   */
  static ServerLink open(UpstreamAddress address) throws IOException {
    Socket socket = new Socket();
    boolean done = false;
    try {
      socket.connect(
          new InetSocketAddress(address.host(), address.port()),
          (int) address.connectTimeout().toMillis());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) address.connectTimeout().toMillis());
      PacketChannel channel = new PacketChannel(socket);
      byte[] first = channel.read();
      checkError(first, first.length);
      GreetingPacket greeting = new GreetingPacket(first);
      encrypt(address, channel, greeting);
      authenticate(address, channel, greeting);
      channel.authenticationComplete();
      ServerLink link = new ServerLink(socket, channel, greeting.getServerVersion());
      link.execute("SET NAMES utf8mb4, time_zone='+00:00', SESSION sql_mode=''");
      socket.setSoTimeout((int) address.readTimeout().toMillis());
      done = true;
      return link;
    } finally {
      if (!done) {
        socket.close();
      }
    }
  }

  private static void encrypt(
      UpstreamAddress address, PacketChannel channel, GreetingPacket greeting) throws IOException {
    TlsSettings tls = address.tls();
    if (tls.mode() == TlsSettings.Mode.DISABLED) {
      return;
    }
    if ((greeting.getServerCapabilities() & ClientCapabilities.SSL) == 0) {
      if (tls.mode() == TlsSettings.Mode.PREFERRED) {
        return;
      }
      throw new CdcException(
          StandardErrorCode.SOURCE_SETTINGS,
          "the upstream "
              + address.hostAndPort()
              + " offers no TLS, set up its certificates or use ssl-mode=preferred");
    }
    SSLRequestCommand request = new SSLRequestCommand();
    request.setCollation(greeting.getServerCollation());
    channel.write(request);
    channel.upgradeToSSL(plain -> encrypted(address, plain), null);
  }

  private static SSLSocket encrypted(UpstreamAddress address, Socket plain) {
    try {
      SSLSocket socket =
          (SSLSocket)
              address
                  .tls()
                  .context()
                  .getSocketFactory()
                  .createSocket(plain, address.host(), address.port(), true);
      if (address.tls().mode() == TlsSettings.Mode.VERIFY_IDENTITY) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
      }
      return socket;
    } catch (IOException e) {
      throw new CdcException(
          StandardErrorCode.SOURCE_UNAVAILABLE,
          "the upstream " + address.hostAndPort() + " ended the connection, is it up?",
          e);
    }
  }

  private static void authenticate(
      UpstreamAddress address, PacketChannel channel, GreetingPacket greeting) throws IOException {
    try {
      new Authenticator(greeting, channel, null, address.user(), address.password()).authenticate();
    } catch (AuthenticationException e) {
      throw new CdcException(
          StandardErrorCode.SOURCE_SETTINGS,
          "the upstream "
              + address.hostAndPort()
              + " refuses user '"
              + address.user()
              + "', check its name, password and plugin (mysql_native_password or"
              + " caching_sha2_password): "
              + e.getMessage(),
          e);
    }
  }

  /** Returns the version as the handshake tells it. */
  String version() {
    return version;
  }

  /** Returns whether the server is MariaDB. */
  boolean isMariaDb() {
    return version.contains("MariaDB");
  }

  /** Sets how long the server may stay silent. */
  void readTimeout(Duration limit) throws IOException {
    socket.setSoTimeout((int) limit.toMillis());
  }

  /** Runs a statement and drops its result. */
  void execute(String sql) throws IOException {
    query(sql);
  }

  /**
   * Runs a statement.
   *
   * @return its rows; a NULL is null
   * @throws ServerException if the server refuses it
   */
  Rows query(String sql) throws IOException {
    channel.write(new QueryCommand(sql));
    return result();
  }

  /**
   * Runs statements one after the other, without waiting for an answer between them.
   *
   * @return the rows of each
   * @throws ServerException if the server refuses one; the connection cannot be used any more then
   */
  List<Rows> queries(List<String> statements) throws IOException {
    for (String sql : statements) {
      channel.write(new QueryCommand(sql));
    }
    List<Rows> results = new ArrayList<>();
    for (int i = 0; i < statements.size(); i++) {
      results.add(result());
    }
    return results;
  }

  private Rows result() throws IOException {
    byte[] first = packet();
    checkError(first, first.length);
    if (first[0] == 0) {
      return new Rows(List.of(), List.of());
    }
    List<String> names = new ArrayList<>();
    for (byte[] column = packet(); !isEnd(column); column = packet()) {
      names.add(columnName(column));
    }
    List<List<@Nullable String>> rows = new ArrayList<>();
    for (byte[] row = packet(); !isEnd(row); row = packet()) {
      checkError(row, row.length);
      rows.add(new TextRow(row).values());
    }
    return new Rows(names, rows);
  }

  private static String columnName(byte[] definition) throws IOException {
    String name = new TextRow(definition).first(5).get(4);
    return name == null ? "" : name;
  }

  private static boolean isEnd(byte[] packet) {
    return (packet[0] & 0xff) == 0xfe && packet.length < 9;
  }

  /** Sends a command whose answer is read from {@link #input()}, or with {@link #confirm()}. */
  void send(Command command) throws IOException {
    channel.write(command);
  }

  /** Reads the answer OK of a command. */
  void confirm() throws IOException {
    byte[] answer = packet();
    checkError(answer, answer.length);
  }

  /** Returns what the server sends. */
  InputStream input() {
    return channel.getInputStream();
  }

  private byte[] packet() throws IOException {
    InputStream in = channel.getInputStream();
    byte[] header = exactly(in, 4);
    int length = (header[0] & 0xff) | (header[1] & 0xff) << 8 | (header[2] & 0xff) << 16;
    if (length == 0 || length == 0xffffff) {
      throw new MalformedLogException("a result packet of " + length + " bytes");
    }
    return exactly(in, length);
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; ) {
      int read = in.read(bytes, at, length - at);
      if (read < 0) {
        throw new EOFException("the server closed the connection");
      }
      at += read;
    }
    return bytes;
  }

  private static void checkError(byte[] packet, int length) throws IOException {
    if (length > 0 && (packet[0] & 0xff) == ERROR) {
      ErrorPacket error = new ErrorPacket(Arrays.copyOfRange(packet, 1, length));
      throw new ServerException(error.getErrorMessage(), error.getErrorCode(), error.getSqlState());
    }
  }

  /** Cuts the connection. Calling it again does nothing. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      System.getLogger(ServerLink.class.getName())
          .log(System.Logger.Level.DEBUG, "closing a connection failed", e);
    }
  }

  /** A row of length-encoded texts. */
  private static final class TextRow {
    private final byte[] bytes;
    private int at;

    TextRow(byte[] bytes) {
      this.bytes = bytes;
    }

    List<@Nullable String> values() throws IOException {
      List<@Nullable String> values = new ArrayList<>();
      while (at < bytes.length) {
        values.add(value());
      }
      return values;
    }

    List<@Nullable String> first(int count) throws IOException {
      List<@Nullable String> values = new ArrayList<>();
      while (values.size() < count) {
        values.add(value());
      }
      return values;
    }

    private @Nullable String value() throws IOException {
      int first = number(1);
      if (first == 0xfb) {
        return null;
      }
      int length = first;
      if (first == 0xfc) {
        length = number(2);
      } else if (first == 0xfd) {
        length = number(3);
      } else if (first == 0xfe) {
        length = number(4);
        number(4);
      }
      if (length < 0 || length > bytes.length - at) {
        throw new MalformedLogException("a text longer than its row");
      }
      at += length;
      return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    private int number(int width) throws IOException {
      if (width > bytes.length - at) {
        throw new MalformedLogException("a row that ends in a length");
      }
      int value = 0;
      for (int i = 0; i < width; i++) {
        value |= (bytes[at++] & 0xff) << (8 * i);
      }
      return value;
    }
  }
}
