package io.millrace.core.source.mysql;

import com.github.shyiko.mysql.binlog.network.ServerException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.UUID;

/**
 * A connection over which the server sends its log.
 *
 * <p><i>Threads:</i> one at a time; cut by closing its pool.
 */
final class Dump implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Dump.class.getName());
  private static final int BUFFER = 1 << 19;
  private static final long HEARTBEAT_NANOS = 500_000_000L;

  private final LinkPool pool;
  private final ServerLink link;
  private final PacketFramer framer;

  private Dump(LinkPool pool, ServerLink link) {
    this.pool = pool;
    this.link = link;
    this.framer = new PacketFramer(link.input(), BUFFER);
  }

  /** Begins to send the log from a place to its present end. */
  static Dump once(LinkPool pool, LogPlace from) throws IOException {
    ServerLink link = pool.open();
    try {
      announce(link);
      link.send(DumpCommand.at(0, from, false));
      return new Dump(pool, link);
    } catch (IOException e) {
      pool.release(link);
      throw e;
    }
  }

  /**
   * Begins to send the log from a place on, and to wait for more at its end.
   *
   * @param link a connection, taken over
   * @param gtidMode whether transactions are named by GTIDs
   */
  static Dump follow(
      LinkPool pool, ServerLink link, ReaderIdentity reader, LogPlace from, boolean gtidMode)
      throws IOException {
    announce(link);
    UUID uuid = reader.uuid();
    link.execute("SET @slave_uuid='" + uuid + "', @replica_uuid='" + uuid + "'");
    register(link, reader);
    link.send(DumpCommand.at(reader.serverId(), from, gtidMode));
    return new Dump(pool, link);
  }

  private static void announce(ServerLink link) throws IOException {
    link.execute(
        "SET @source_binlog_checksum=@@global.binlog_checksum,"
            + " @master_binlog_checksum=@@global.binlog_checksum,"
            + " @source_heartbeat_period="
            + HEARTBEAT_NANOS
            + ", @master_heartbeat_period="
            + HEARTBEAT_NANOS);
    link.execute("SET SESSION net_write_timeout=3600");
    if (link.isMariaDb()) {
      link.execute("SET @mariadb_slave_capability=4");
    }
  }

  private static void register(ServerLink link, ReaderIdentity reader) throws IOException {
    try {
      link.send(DumpCommand.register(reader.serverId(), "millrace"));
      link.confirm();
    } catch (ServerException e) {
      LOG.log(Level.DEBUG, "the upstream does not register readers error={0}", e.getMessage());
    }
  }

  /** Returns what cuts the stream into events. */
  PacketFramer framer() {
    return framer;
  }

  /** Cuts the connection. */
  @Override
  public void close() {
    pool.release(link);
  }
}
