package io.millrace.core.source.mysql;

import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Who a stream is among the readers of the upstream: the same after a restart, another for each
 * stream of each cluster.
 *
 * @param serverId its server id, from 2^31 on
 * @param uuid its UUID; a new connection with the same one replaces the former
 */
record ReaderIdentity(long serverId, UUID uuid) {
  /** Returns the identity of a cluster's stream. */
  static ReaderIdentity of(String cluster, String stream) {
    byte[] hash =
        Hashing.sha256().hashString(cluster + "\0" + stream, StandardCharsets.UTF_8).asBytes();
    ByteBuffer bytes = ByteBuffer.wrap(hash);
    long high = (bytes.getLong() & ~0xf000L) | 0x8000L;
    long low = (bytes.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    long id = 0x8000_0000L | (bytes.getInt() & 0x7fff_ffffL);
    return new ReaderIdentity(Math.min(id, 0xffff_fffeL), new UUID(high, low));
  }
}
