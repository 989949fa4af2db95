package io.millrace.core.store;

import com.google.common.base.Utf8;
import io.millrace.api.store.Delta;
import io.millrace.api.store.Entry;
import io.millrace.api.store.Guard;
import io.millrace.core.store.JournalCommit.Change;
import io.millrace.core.store.JournalCommit.Put;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * The ordered map itself: applies commits one after another. It knows no leases, threads or files.
 *
 * <p><i>Threads:</i> one at a time.
 */
public final class Contents implements Image {
  private final TreeMap<String, StoredEntry> entries = new TreeMap<>();
  private long revision;
  private long bytes;

  /** Creates contents that equal an image. */
  public Contents(Image image) {
    this(image.revision(), image.entries());
  }

  /** Creates contents from entries with different keys, at a revision. */
  public Contents(long revision, Collection<StoredEntry> all) {
    this.revision = revision;
    for (StoredEntry stored : all) {
      entries.put(stored.entry().key(), stored);
      bytes += size(stored);
    }
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public Collection<StoredEntry> entries() {
    return entries.values();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  boolean contains(String key) {
    return entries.containsKey(key);
  }

  boolean holds(Guard guard) {
    StoredEntry stored = entries.get(guard.key());
    if (guard instanceof Guard.Absent) {
      return stored == null;
    }
    if (guard instanceof Guard.Unchanged unchanged) {
      return stored != null && stored.entry().modRevision() == unchanged.modRevision();
    }
    Guard.Held held = (Guard.Held) guard;
    return stored != null && stored.entry().createRevision() == held.createRevision();
  }

  List<Entry> read(String prefix) {
    List<Entry> found = new ArrayList<>();
    for (StoredEntry stored : entries.tailMap(prefix, true).values()) {
      if (!stored.entry().key().startsWith(prefix)) {
        break;
      }
      found.add(stored.entry());
    }
    return found;
  }

  /** Returns the keys that a lease holds, in order. */
  List<String> leasedKeys() {
    return entries.values().stream()
        .filter(StoredEntry::leased)
        .map(stored -> stored.entry().key())
        .toList();
  }

  /**
   * Applies a commit and returns what it changed.
   *
   * @throws IllegalArgumentException if its revision is not the next one, or it deletes a key that
   *     does not exist
   */
  public Delta apply(JournalCommit commit) {
    if (commit.revision() != revision + 1) {
      throw new IllegalArgumentException(
          "revision " + commit.revision() + " cannot follow revision " + revision);
    }
    List<Delta.Change> changes = new ArrayList<>(commit.changes().size());
    for (Change change : commit.changes()) {
      changes.add(change instanceof Put put ? write(put, commit.revision()) : remove(change.key()));
    }
    revision = commit.revision();
    changes.sort(Comparator.comparing(Delta.Change::key));
    return new Delta(revision, changes);
  }

  private Delta.Change write(Put put, long at) {
    StoredEntry before = entries.get(put.key());
    long created = before == null ? at : before.entry().createRevision();
    Entry entry = new Entry(put.key(), put.value(), created, at);
    StoredEntry after = new StoredEntry(entry, put.leased());
    bytes += size(after) - (before == null ? 0 : size(before));
    entries.put(put.key(), after);
    return new Delta.Written(entry);
  }

  private Delta.Change remove(String key) {
    StoredEntry before = entries.remove(key);
    if (before == null) {
      throw new IllegalArgumentException("key " + key + " cannot be deleted, it does not exist");
    }
    bytes -= size(before);
    return new Delta.Deleted(key);
  }

  private static long size(StoredEntry stored) {
    return (long) Utf8.encodedLength(stored.entry().key())
        + Utf8.encodedLength(stored.entry().value());
  }
}
